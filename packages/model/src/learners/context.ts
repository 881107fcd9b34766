import { checkPrompts, dot, type Matrix, type PromptBatch } from "@onestep/core";
import { requireOneQuery } from "../lsa/one-query.ts";
import type { Prediction } from "./learner.ts";

/** The labelled pairs of one prompt, without padding. */
export interface Context {
  /** X, `[n, d]` */
  readonly covariates: Matrix;
  /** y, `[n]` */
  readonly responses: Float64Array;
}

/**
 * The contexts of a batch, one a prompt, each cut to its own length.
 *
 * @throws ShapeError for several queries a prompt, or arrays of another size than the batch states
 * @throws DomainError for a length outside 1…n, or a number that is not finite
 */
export function contextsOf(where: string, prompts: PromptBatch): Context[] {
  requireOneQuery(where, prompts);
  checkPrompts(where, prompts);
  const { count, contextLength: n, dimension: d, covariates, responses, lengths } = prompts;
  return Array.from({ length: count }, (_, prompt) => {
    const length = lengths?.[prompt] ?? n;
    const [start, end] = [prompt * n, prompt * n + length];
    return {
      covariates: { rows: length, columns: d, values: covariates.subarray(start * d, end * d) },
      responses: responses.subarray(start, end),
    };
  });
}

/** Xᵀr, `[d]` */
export function crossProduct({ covariates }: Context, residual: Float64Array): Float64Array {
  const { columns, values } = covariates;
  const product = new Float64Array(columns);
  for (let i = 0; i < residual.length; i++) {
    for (let j = 0; j < columns; j++) product[j] += values[i * columns + j] * residual[i];
  }
  return product;
}

/** A rule that gives weights ŵ as a rule that predicts ⟨ŵ, x_q⟩. */
export function byWeights(weightsOf: (context: Context) => Float64Array): (context: Context) => Prediction {
  return (context) => {
    const weights = weightsOf(context);
    return (query) => dot(weights, query);
  };
}
