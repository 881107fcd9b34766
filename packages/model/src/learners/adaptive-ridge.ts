import { DomainError } from "@onestep/core";
import { byWeights, type Context } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireNotNegative, requirePositive } from "./settings.ts";
import { shrunkWeights, singularDirections, type SingularDirections } from "./shrinkage.ts";

/** Settings of `adaptiveRidge`. */
export interface AdaptiveRidgeSettings {
  /** ω², the variance of a coordinate of the task vector; default 1 */
  readonly taskVariance?: number;
  /** What the estimate of σ² is multiplied by; default 1. Tuned, as `largest` is, it makes TunedRR. */
  readonly factor?: number;
  /** The estimate of σ² is never taken for more than this; by default it always is. */
  readonly largest?: number;
}

/**
 * Ridge regression with a noise variance that each prompt estimates from its own least squares fit: AdaRR of the
 * literature, and TunedRR with a tuned factor and threshold.
 *
 * $$ \hat\sigma^2 = \frac{\|y - X X^{+} y\|^2}{n - \mathrm{rank}\,X}, \qquad
 *    \lambda = \frac{\min(\text{factor} \cdot \hat\sigma^2, \text{largest})}{\omega^2} $$
 *
 * @throws DomainError for a prompt whose least squares fit leaves nothing over, n ≤ d, and for settings out of range
 *
 * Source: arXiv 2402.14180, Section 6, AdaRR and TunedRR.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(1, 1), responses: Float64Array.of(3, 5),
 *   queryCovariates: Float64Array.of(2), queryResponses: Float64Array.of(0),
 * };
 * // The fit 4 leaves residuals of ±1: σ̂² = 2/(2 − 1), ŵ = 8/(2 + 2)
 * Array.from(await learners.adaptiveRidge().predict(prompts))[0]; // ≈ 4
 */
export const adaptiveRidge: LearnerFactory<AdaptiveRidgeSettings> = defineLearner({
  name: "adaptive-ridge",
  summary: "Ridge regression with the noise variance that each prompt estimates itself.",
  knows: ["task variance ω²", "factor and bound of the noise variance, if tuned"],
  fit: ({ taskVariance = 1, factor = 1, largest = Infinity }: AdaptiveRidgeSettings) => {
    requirePositive("adaptive-ridge: taskVariance", taskVariance);
    requireNotNegative("adaptive-ridge: factor", factor);
    if (largest !== Infinity) requireNotNegative("adaptive-ridge: largest", largest);
    return byWeights((context) => {
      const directions = singularDirections(context);
      const noiseVariance = Math.min(factor * residualVariance(context, directions), largest);
      return shrunkWeights(directions, noiseVariance / taskVariance);
    });
  },
});

function residualVariance(
  { responses }: Context,
  { values, left, responses: projections }: SingularDirections,
): number {
  const freedom = responses.length - values.length;
  if (freedom < 1) {
    throw new DomainError({
      where: "learners adaptive-ridge",
      expected: "contexts of more pairs than covariates",
      arrived: `${responses.length} pairs that least squares fits exactly`,
      hint: "ridge with a penalty of its own, or tuned-ridge, also learn from short contexts",
    });
  }
  let energy = 0;
  responses.forEach((response, i) => {
    const fitted = projections.reduce((sum, projection, k) => sum + left.values[i * left.columns + k] * projection, 0);
    energy += (response - fitted) ** 2;
  });
  return energy / freedom;
}
