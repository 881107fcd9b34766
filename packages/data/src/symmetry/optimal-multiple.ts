import { dot, identity, matrix, multiply, scale, subtract, type Matrix } from "@onestep/core";
import type { AttentionFeatures } from "./attention-features.ts";
import { unpackTriangle } from "./context-matrices.ts";
import { meanIsZero } from "./mean-is-zero.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { predictQueries } from "./query-regression.ts";
import { bestStepAlong, everyPrompt, whitening, type QuerySteps } from "./query-steps.ts";

/** Relative size below which a gradient is rounding. */
const ROUNDING = 1e-10;

/** A direction W, and what an estimated W adds to the error of the mean gradient. */
interface Direction {
  readonly direction: Matrix;
  /** The share of a prompt in the change of E[x_q x_qᵀ W b bᵀ] by the error of W, up to a common factor. */
  readonly shareOf?: (prompt: number) => Matrix;
  /** That change where W is wrong by a factor, W itself. */
  readonly whole?: Matrix;
}

/**
 * The p-value of "some multiple of W is the best step": the gradient of the loss vanishes there,
 *
 * $$ \mathbb{E}\; x_q\,(y_q - \eta\,x_q^\top W b)\,b^\top = A^\top - \eta\,\mathbb{E}\; x_q x_q^\top W\, b b^\top = 0 $$
 *
 * for some η, entry by entry. That η̂ is estimated takes from each prompt's gradient its part along the curvature, the
 * second mean.
 *
 * Source: the score test; with estimated parameters, Newey & McFadden, "Large sample estimation and hypothesis testing",
 * Handbook of Econometrics 4, 1994, section 6.
 */
function multipleIsOptimal(steps: QuerySteps, { direction, shareOf, whole }: Direction): number {
  const { queries, dimension: d, responses } = steps;
  const all = everyPrompt(responses.length / queries);
  const predictions = predictQueries(steps, direction, all);
  const stepSize = bestStepAlong(steps, direction, all);
  const residuals = responses.map((response, at) => response - stepSize * predictions[at]);

  const curvature = new Float64Array(d * d);
  const own = new Float64Array(d * d);
  let squares = 0;
  for (const prompt of all) {
    writeProducts(steps, predictions, prompt, own);
    own.forEach((entry, at) => (curvature[at] += entry / all.length));
    writeProducts(steps, responses, prompt, own);
    squares += dot(own, own) / own.length;
  }
  const along = dot(direction.values, curvature) || 1;
  const factor = whole === undefined ? 0 : (stepSize * along) / (dot(direction.values, whole.values) || 1);
  const write = (prompt: number, into: Float64Array): void => {
    writeProducts(steps, residuals, prompt, into);
    shareOf?.(prompt).values.forEach((entry, at) => (into[at] += factor * entry));
    const share = dot(direction.values, into) / along;
    for (let at = 0; at < into.length; at++) into[at] -= share * curvature[at];
  };
  const resolution = ROUNDING * Math.sqrt(squares / all.length);
  return meanIsZero(write, { count: all.length, width: d * d, resolution });
}

/** Γ* = ηI, which is Aᵀ ∝ SB. */
export function identityIsOptimal(steps: QuerySteps): number {
  return multipleIsOptimal(steps, { direction: identity(steps.dimension) });
}

/**
 * Γ* = ηΣ⁻¹, which is Aᵀ ∝ SΣ⁻¹B. The error dΣ of the estimated Σ counts through S Σ⁻¹ dΣ Σ⁻¹ B, up to a factor what it
 * changes where a query is independent of its context, or shares no more with it than a scale of the covariates.
 */
export function precisionIsOptimal(steps: QuerySteps, prompts: PromptRows, features: AttentionFeatures): number {
  const { dimension: d, count, lengthOf } = prompts;
  const all = everyPrompt(count);
  const direction = whitening(prompts, features, all);
  const ofContexts = meanSquare(steps.features, d); // B
  const left = multiply(meanSquare(steps.queryCovariates, d), direction); // S Σ⁻¹
  const right = multiply(direction, ofContexts);
  const gramOf = (prompt: number): Matrix =>
    unpackTriangle(features.values.subarray(prompt * features.width + d + 1, (prompt + 1) * features.width), d);
  const pairs = all.reduce((sum, prompt) => sum + lengthOf(prompt), 0);
  const sum = matrix(d, d, new Float64Array(d * d));
  for (const prompt of all) gramOf(prompt).values.forEach((entry, at) => (sum.values[at] += entry));
  return multipleIsOptimal(steps, {
    direction,
    whole: multiply(left, ofContexts),
    shareOf(prompt) {
      const error = subtract(gramOf(prompt), scale(sum, lengthOf(prompt) / pairs));
      return multiply(left, scale(error, count / pairs), right);
    },
  });
}

/** Σ_q r_q x_q bᵀ over the queries of a prompt, entries row by row. */
function writeProducts(steps: QuerySteps, r: Float64Array, prompt: number, into: Float64Array): void {
  const { queries, dimension: d, queryCovariates, features } = steps;
  for (let j = 0; j < d; j++) {
    let weight = 0;
    for (let query = prompt * queries; query < (prompt + 1) * queries; query++) {
      weight += r[query] * queryCovariates[query * d + j];
    }
    for (let k = 0; k < d; k++) into[j * d + k] = weight * features[prompt * d + k];
  }
}

/** The mean of v vᵀ over vectors v that follow one another. */
function meanSquare(vectors: Float64Array, d: number): Matrix {
  const mean = new Float64Array(d * d);
  for (let from = 0; from < vectors.length; from += d) {
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) mean[j * d + k] += (vectors[from + j] * vectors[from + k] * d) / vectors.length;
    }
  }
  return matrix(d, d, mean);
}
