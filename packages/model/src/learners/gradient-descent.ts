import { byWeights } from "./context.ts";
import { addScaled, descentDirection } from "./descent.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireCount, requireFinite } from "./settings.ts";

/** Settings of `gradientDescent`: a rate for every step, or one that they share. */
export type GradientDescentSettings =
  | {
      /** a_l, in units of S/n, one a step */
      readonly stepSizes: readonly number[];
    }
  | {
      /** k ≥ 0 */
      readonly steps: number;
      /** a, in units of S/n */
      readonly stepSize: number;
    };

/**
 * k steps of gradient descent on ‖y − Xw‖²/2n from w = 0.
 *
 * $$ \hat w_{l+1} = \hat w_l + \tfrac{a_l}{n} X^\top (y - X \hat w_l) $$
 *
 * n is the length of the prompt at hand. What `construct.gradientDescent` writes as weights, step by step.
 *
 * @throws DomainError unless k is a whole number and the rates are finite; NumericalError where the steps overflow
 *
 * Source: arXiv 2306.00297, Lemma 1.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * // ŵ = 0, then 0.75, then 0.75 + 0.125·2·(3 − 2·0.75) = 1.125
 * Array.from(await learners.gradientDescent({ steps: 2, stepSize: 0.125 }).predict(prompts)); // => [5.625]
 */
export const gradientDescent: LearnerFactory<GradientDescentSettings> = defineLearner({
  name: "gradient-descent",
  summary: "k steps of gradient descent from zero, at one rate or one for each.",
  knows: ["step sizes a"],
  fit: (settings: GradientDescentSettings) => {
    const stepSizes = stepSizesOf(settings).map((rate) => requireFinite("gradient-descent: stepSize", rate));
    return byWeights((context) => {
      let weights: Float64Array = new Float64Array(context.covariates.columns);
      for (const rate of stepSizes) weights = addScaled(weights, rate, descentDirection(context, weights));
      return weights;
    });
  },
});

function stepSizesOf(settings: GradientDescentSettings): readonly number[] {
  if ("stepSizes" in settings) return settings.stepSizes;
  const steps = requireCount("gradient-descent: steps", settings.steps);
  return Array.from({ length: steps }, () => settings.stepSize);
}
