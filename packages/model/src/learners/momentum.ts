import { byWeights } from "./context.ts";
import { addScaled, descentDirection } from "./descent.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireCount, requireFinite } from "./settings.ts";

/** Settings of `momentum`. */
export interface MomentumSettings {
  /** k ≥ 0 */
  readonly steps: number;
  /** a, in units of S/n */
  readonly stepSize: number;
  /** β, the part of the last step that is taken again */
  readonly momentum: number;
}

/**
 * k steps of gradient descent with heavy-ball momentum on ‖y − Xw‖²/2n from w = 0.
 *
 * $$ \hat w_{l+1} = \hat w_l + \tfrac{a}{n} X^\top (y - X \hat w_l) + \beta\,(\hat w_l - \hat w_{l-1}) $$
 *
 * @throws DomainError unless k is a whole number, a and β are finite; NumericalError where the steps overflow
 *
 * Source: Polyak, USSR Comput. Math. Math. Phys. 4(5), 1964, Equation 9.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * // ŵ = 0, then 0.75, then 0.75 + 0.375 + 0.5·0.75 = 1.5
 * Array.from(await learners.momentum({ steps: 2, stepSize: 0.125, momentum: 0.5 }).predict(prompts)); // => [7.5]
 */
export const momentum: LearnerFactory<MomentumSettings> = defineLearner({
  name: "momentum",
  summary: "k steps of gradient descent with heavy-ball momentum.",
  knows: ["step size a", "momentum β"],
  fit: (settings: MomentumSettings) => {
    const steps = requireCount("momentum: steps", settings.steps);
    const rate = requireFinite("momentum: stepSize", settings.stepSize);
    const kept = requireFinite("momentum: momentum", settings.momentum);
    return byWeights((context) => {
      let weights: Float64Array = new Float64Array(context.covariates.columns);
      let step: Float64Array = new Float64Array(context.covariates.columns);
      for (let l = 0; l < steps; l++) {
        step = descentDirection(context, weights).map((slope, j) => kept * step[j] + rate * slope);
        weights = addScaled(weights, 1, step);
      }
      return weights;
    });
  },
});
