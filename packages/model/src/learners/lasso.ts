import { dot, NumericalError } from "@onestep/core";
import { byWeights, crossProduct, type Context } from "./context.ts";
import { covariateGram } from "./context-gram.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requirePositive } from "./settings.ts";

/** Settings of `lasso`. */
export interface LassoSettings {
  /** λ > 0, beside ½ of the sum of squares, not of its mean */
  readonly penalty: number;
}

/** Coordinate descent contracts at every sweep; this many are needed only for covariates that nearly coincide. */
const MOST_SWEEPS = 100_000;

/**
 * The lasso, for sparse tasks: the minimizer of ½‖y − Xw‖² + λ‖w‖₁, by coordinate descent to the last digits.
 *
 * $$ w_j \leftarrow \frac{\mathrm{soft}_\lambda\bigl(b_j - \sum_{k \ne j} S_{jk} w_k\bigr)}{S_{jj}} $$
 *
 * @throws DomainError unless 0 < λ < ∞; NumericalError where the sweeps do not settle
 *
 * Source: Friedman, Hastie, Höfling & Tibshirani, Ann. Appl. Stat. 1(2), 2007, Section 2.1.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 2,
 *   covariates: Float64Array.of(1, 0, 0, 1), responses: Float64Array.of(3, 0.5),
 *   queryCovariates: Float64Array.of(1, 1), queryResponses: Float64Array.of(0),
 * };
 * // ŵ = (3 − 1, 0)
 * Array.from(await learners.lasso({ penalty: 1 }).predict(prompts)); // => [2]
 */
export const lasso: LearnerFactory<LassoSettings> = defineLearner({
  name: "lasso",
  summary: "The lasso, by coordinate descent.",
  knows: ["penalty λ"],
  fit: (settings: LassoSettings) => {
    const penalty = requirePositive("lasso: penalty", settings.penalty);
    return byWeights((context) => lassoWeights(context, penalty));
  },
});

function lassoWeights(context: Context, penalty: number): Float64Array {
  const { columns: d, values: gram } = covariateGram(context);
  const crossProducts = crossProduct(context, context.responses);
  const weights = new Float64Array(d);
  // A change of w_j moves the fit by √S_jj: the sweeps stop when none moves it by more than rounding does.
  const settled = 2 ** -50 * Math.sqrt(dot(context.responses, context.responses));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let j = 0; j < d; j++) {
      const energy = gram[j * (d + 1)];
      if (energy === 0) continue;
      let correlation = crossProducts[j];
      for (let k = 0; k < d; k++) if (k !== j) correlation -= gram[j * d + k] * weights[k];
      const next = softThreshold(correlation, penalty) / energy;
      largest = Math.max(largest, Math.sqrt(energy) * Math.abs(next - weights[j]));
      weights[j] = next;
    }
    if (largest <= settled) return weights;
  }
  throw new NumericalError({
    where: "learners lasso",
    expected: `coordinate descent to settle within ${MOST_SWEEPS} sweeps`,
    arrived: "weights that still move",
    hint: "some covariates nearly coincide, or the penalty is tiny: use a larger one, or least-squares",
  });
}

function softThreshold(value: number, threshold: number): number {
  return Math.sign(value) * Math.max(Math.abs(value) - threshold, 0);
}
