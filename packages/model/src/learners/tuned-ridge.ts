import { DomainError, requireName } from "@onestep/core";
import { byWeights, type Context } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requirePositive } from "./settings.ts";
import { shrunkWeights, singularDirections, type SingularDirections } from "./shrinkage.ts";

/** Settings of `tunedRidge`. */
export interface TunedRidgeSettings {
  /** What is minimized: the mean squared error on pairs left out one at a time (default), or its rotation-invariant form. */
  readonly criterion?: "leave-one-out" | "generalized-cross-validation";
  /**
   * The λ > 0 to choose from. Omitted, the powers of 2 from 2⁻²⁰ to 2²⁰ times the mean of the positive eigenvalues of
   * XᵀX, of each prompt.
   */
  readonly penalties?: readonly number[];
}

/**
 * Ridge regression with the penalty that each prompt chooses for itself, by cross-validation within its context. With
 * the residuals e and the hat matrix H of the fit, no pair is ever left out in earnest:
 *
 * $$ \mathrm{LOO}(\lambda) = \frac1n \sum_i \Bigl(\frac{e_i}{1 - H_{ii}}\Bigr)^2, \qquad
 *    \mathrm{GCV}(\lambda) = \frac{\tfrac1n \sum_i e_i^2}{\bigl(1 - \tfrac1n \mathrm{tr}\, H\bigr)^2} $$
 *
 * @throws DomainError unless there are penalties, all of them positive
 *
 * Source: Golub, Heath & Wahba, Technometrics 21(2), 1979, Equations 1.3 and 1.4.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(1, 1), responses: Float64Array.of(4, 4),
 *   queryCovariates: Float64Array.of(2), queryResponses: Float64Array.of(0),
 * };
 * // Without noise the smallest penalty is best: ŵ = 8/(2 + ¼)
 * Array.from(await learners.tunedRidge({ penalties: [0.25, 1, 4] }).predict(prompts))[0]; // ≈ 7.11111111111
 */
export const tunedRidge: LearnerFactory<TunedRidgeSettings> = defineLearner({
  name: "tuned-ridge",
  summary: "Ridge regression with the penalty that each prompt chooses by cross-validation in its own context.",
  knows: [],
  fit: ({ criterion = "leave-one-out", penalties }: TunedRidgeSettings) => {
    requireName("learners tuned-ridge: criterion", criterion, ["leave-one-out", "generalized-cross-validation"]);
    if (penalties !== undefined) requirePenalties(penalties);
    return byWeights((context) => {
      const directions = singularDirections(context);
      const errorOf = crossValidation(context, directions, criterion);
      let [best, least] = [0, Infinity];
      for (const penalty of penalties ?? penaltiesFor(directions)) {
        const error = errorOf(penalty);
        if (error < least) [best, least] = [penalty, error];
      }
      return shrunkWeights(directions, best);
    });
  },
});

/**
 * The criterion as a function of λ. Residuals and 1 − H are written as sums of shrunk parts, s² ≫ λ notwithstanding:
 * 1 − s²/(s² + λ) is λ/(s² + λ), without a subtraction.
 */
function crossValidation(
  { responses }: Context,
  { values, left, responses: projections }: SingularDirections,
  criterion: "leave-one-out" | "generalized-cross-validation",
): (penalty: number) => number {
  const n = responses.length;
  const entry = (i: number, k: number): number => left.values[i * left.columns + k];
  const sumOver = (term: (k: number) => number): number => values.reduce((sum, _, k) => sum + term(k), 0);
  // What lies outside the span of U keeps its residual whatever λ; where U is square there is no outside.
  const spans = values.length === n;
  const outside = Array.from(responses, (y, i) => (spans ? 0 : y - sumOver((k) => entry(i, k) * projections[k])));
  const free = Array.from(responses, (_, i) => (spans ? 0 : 1 - sumOver((k) => entry(i, k) ** 2)));
  return (penalty) => {
    const kept = values.map((value) => penalty / (value * value + penalty));
    const residuals = outside.map((rest, i) => rest + sumOver((k) => entry(i, k) * projections[k] * kept[k]));
    const slack = free.map((rest, i) => rest + sumOver((k) => entry(i, k) ** 2 * kept[k]));
    const meanSlack = slack.reduce((sum, one) => sum + one, 0) / n;
    const divisor = (i: number): number => (criterion === "leave-one-out" ? slack[i] : meanSlack);
    return residuals.reduce((sum, residual, i) => sum + (residual / divisor(i)) ** 2, 0) / n;
  };
}

function penaltiesFor({ values }: SingularDirections): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  return values.length === 0 ? [] : Array.from({ length: 41 }, (_, i) => mean * 2 ** (i - 20));
}

function requirePenalties(penalties: readonly number[]): void {
  penalties.forEach((penalty) => requirePositive("tuned-ridge: penalties", penalty));
  if (penalties.length > 0) return;
  throw new DomainError({
    where: "learners tuned-ridge: penalties",
    expected: "at least one penalty",
    arrived: "an empty list",
    hint: "omit the list for 41 penalties around the prompt's own scale",
  });
}
