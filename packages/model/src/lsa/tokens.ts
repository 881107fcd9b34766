import type { PromptBatch, TensorBackend } from "@onestep/core";
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
 * @throws ShapeError for several queries a prompt
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
  const { count, contextLength, dimension, covariates, responses, queryCovariates } = prompts;
  const width = dimension + 1;
  const context = new Float64Array(count * contextLength * width);
  for (let token = 0; token < count * contextLength; token++) {
    context.set(covariates.subarray(token * dimension, (token + 1) * dimension), token * width);
    context[token * width + dimension] = responses[token]!;
  }
  const query = new Float64Array(count * width);
  for (let prompt = 0; prompt < count; prompt++) {
    query.set(queryCovariates.subarray(prompt * dimension, (prompt + 1) * dimension), prompt * width);
  }
  return {
    context: backend.fromValues(context, [count, contextLength, width]),
    query: backend.fromValues(query, [count, width]),
  };
}
