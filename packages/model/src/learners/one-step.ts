import { byWeights, crossProduct } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireFinite } from "./settings.ts";

/** Settings of `oneStep`. */
export interface OneStepSettings {
  /** η, of the plain sum over the context, not of its mean */
  readonly stepSize: number;
}

/**
 * One step of gradient descent on ‖y − Xw‖²/2 from w = 0.
 *
 * $$ \hat y = \eta\, x_q^\top X^\top y $$
 *
 * @throws DomainError unless η is finite
 *
 * Source: arXiv 2307.03576, Theorem 1, where η = 1/(n + d + 1 + σ²) is best.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(1, 2), responses: Float64Array.of(3, 4),
 *   queryCovariates: Float64Array.of(2), queryResponses: Float64Array.of(0),
 * };
 * Array.from(await learners.oneStep({ stepSize: 0.25 }).predict(prompts)); // => [5.5]
 */
export const oneStep: LearnerFactory<OneStepSettings> = defineLearner({
  name: "one-step",
  summary: "One step of gradient descent from zero.",
  knows: ["step size η"],
  fit: (settings: OneStepSettings) => {
    const stepSize = requireFinite("one-step: stepSize", settings.stepSize);
    return byWeights((context) => crossProduct(context, context.responses).map((entry) => stepSize * entry));
  },
});
