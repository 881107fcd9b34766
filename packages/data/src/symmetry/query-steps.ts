import type { Matrix } from "@onestep/core";
import type { AttentionFeatures } from "./attention-features.ts";
import { unpackTriangle } from "./context-matrices.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { inverseOnSupport, predictQueries, type QueryRegression } from "./query-regression.ts";

/** Queries with their responses, and the context's b = Xᵀy as the only features: what a step can use. */
export interface QuerySteps extends QueryRegression {
  /** y_q, `[prompts, queries]` */
  readonly responses: Float64Array;
}

/** The queries of all prompts, beside b out of the features F = (b, c, S). */
export function querySteps(prompts: PromptRows, { width, values }: AttentionFeatures): QuerySteps {
  const { count, dimension, rows, contextRows } = prompts;
  const features = new Float64Array(count * dimension);
  for (let i = 0; i < count; i++) {
    features.set(values.subarray(i * width, i * width + dimension), i * dimension);
  }
  return {
    queries: rows - contextRows,
    dimension,
    width: dimension,
    features,
    queryCovariates: queriesOf(prompts, prompts.covariates, dimension),
    responses: queriesOf(prompts, prompts.responses, 1),
  };
}

/** η of the best step ηW on the chosen prompts, by least squares; 0 where W answers 0 to everything. */
export function bestStepAlong(steps: QuerySteps, direction: Matrix, chosen: readonly number[]): number {
  const { queries, responses } = steps;
  const predictions = predictQueries(steps, direction, chosen);
  let [along, square] = [0, 0];
  for (const prompt of chosen) {
    for (let at = prompt * queries; at < (prompt + 1) * queries; at++) {
      along += predictions[at] * responses[at];
      square += predictions[at] * predictions[at];
    }
  }
  return square === 0 ? 0 : along / square;
}

/** Σ̂⁻¹ of the contexts of the chosen prompts, on the covariates' span. */
export function whitening(
  { dimension: d, lengthOf }: PromptRows,
  { width, values }: AttentionFeatures,
  chosen: readonly number[],
): Matrix {
  const mean = new Float64Array(width - d - 1);
  const pairs = chosen.reduce((sum, prompt) => sum + lengthOf(prompt), 0);
  for (const prompt of chosen) {
    const gramAt = prompt * width + d + 1; // F = (b, c, S)
    for (let at = 0; at < mean.length; at++) mean[at] += values[gramAt + at] / pairs;
  }
  return inverseOnSupport(unpackTriangle(mean, d));
}

/** 0, 1, …, count − 1 */
export function everyPrompt(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Of rows with `size` numbers each, those of the queries. */
function queriesOf({ count, rows, contextRows }: PromptRows, values: Float64Array, size: number): Float64Array {
  const chosen = new Float64Array(count * (rows - contextRows) * size);
  for (let i = 0; i < count; i++) {
    const own = values.subarray((i * rows + contextRows) * size, (i + 1) * rows * size);
    chosen.set(own, i * own.length);
  }
  return chosen;
}
