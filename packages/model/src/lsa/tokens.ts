import { checkPrompts, type PromptBatch, type TensorBackend } from "@onestep/core";
import { requireOneQuery } from "./one-query.ts";

/** A batch of prompts as the tokens that attention reads. */
export interface Tokens<T> {
  /** vᵢ = (xᵢ, yᵢ), `[count, n, d+1]` */
  readonly context: T;
  /** v_q = (x_q, 0), `[count, d+1]`: the query's response is hidden */
  readonly query: T;
}

/**
 * Lays prompts out as joint-column tokens on a backend.
 *
 * @throws ShapeError for several queries a prompt, or arrays of another size than the batch states; DomainError for
 * numbers that are not finite
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * Array.from(tokensOn(float64Backend(), prompts).context.values); // => [2, 3]
 */
export function tokensOn<T>(backend: TensorBackend<T>, prompts: PromptBatch): Tokens<T> {
  requireOneQuery("tokensOn", prompts);
  checkPrompts("tokensOn", prompts);
  return tokenTensors(backend, prompts);
}

/** `tokensOn`, for prompts that have been checked. */
export function tokenTensors<T>(backend: TensorBackend<T>, prompts: PromptBatch): Tokens<T> {
  const { count, contextLength, dimension, covariates, responses, queryCovariates } = prompts;
  const width = dimension + 1;
  const context = tokenRows(covariates, dimension, responses);
  const query = tokenRows(queryCovariates, dimension, new Float64Array(count));
  return {
    context: backend.fromValues(context, [count, contextLength, width]),
    query: backend.fromValues(query, [count, width]),
  };
}

/** The tokens (x, y) of as many rows as there are responses, `[rows, d+1]`. */
export function tokenRows(covariates: Float64Array, dimension: number, responses: Float64Array): Float64Array {
  const width = dimension + 1;
  const tokens = new Float64Array(responses.length * width);
  responses.forEach((response, row) => {
    tokens.set(covariates.subarray(row * dimension, (row + 1) * dimension), row * width);
    tokens[row * width + dimension] = response;
  });
  return tokens;
}
