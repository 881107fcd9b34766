import type { PromptBatch } from "@onestep/core";

/** One prompt's share of the moments that decide the loss of a step, queries averaged. */
export interface StepTerms {
  /** b (y_q x_q)ᵀ, `[d, d]` */
  readonly cross: Float64Array;
  /** b bᵀ, `[d, d]` */
  readonly step: Float64Array;
  /** x_q x_qᵀ, `[d, d]` */
  readonly query: Float64Array;
  /** y_q², `[1]` */
  readonly response: Float64Array;
}

/** The terms as parts of one array of 3d² + 1 numbers. */
export function stepTermsOf(all: Float64Array, dimension: number): StepTerms {
  const size = dimension * dimension;
  return {
    cross: all.subarray(0, size),
    step: all.subarray(size, 2 * size),
    query: all.subarray(2 * size, 3 * size),
    response: all.subarray(3 * size),
  };
}

/** Adds `weight` times the terms of prompt i. */
export function addStepTerms(prompts: PromptBatch, i: number, weight: number, terms: StepTerms): void {
  const { contextLength: n, dimension: d, queries = 1 } = prompts;
  const { covariates, responses, queryCovariates, queryResponses } = prompts;
  const b = new Float64Array(d);
  for (let row = i * n; row < (i + 1) * n; row++) {
    for (let j = 0; j < d; j++) b[j] += responses[row] * covariates[row * d + j];
  }
  const share = weight / queries;
  for (let query = i * queries; query < (i + 1) * queries; query++) {
    const y = queryResponses[query];
    terms.response[0] += share * y * y;
    for (let k = 0; k < d; k++) {
      const x = queryCovariates[query * d + k];
      for (let j = 0; j < d; j++) {
        terms.cross[j * d + k] += share * b[j] * y * x;
        terms.query[j * d + k] += share * queryCovariates[query * d + j] * x;
      }
    }
  }
  for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) terms.step[j * d + k] += weight * b[j] * b[k];
}
