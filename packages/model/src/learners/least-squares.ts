import { byWeights } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { shrunkWeights, singularDirections } from "./shrinkage.ts";

/**
 * Ordinary least squares; of all fits that are equally good, as for n < d, the one of least norm.
 *
 * $$ \hat w = X^{+} y $$
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 2,
 *   covariates: Float64Array.of(3, 4), responses: Float64Array.of(50),
 *   queryCovariates: Float64Array.of(1, 0), queryResponses: Float64Array.of(0),
 * };
 * // The line through (3, 4) that is shortest: ŵ = 2·(3, 4)
 * Array.from(await learners.leastSquares().predict(prompts))[0]; // ≈ 6
 */
export const leastSquares: LearnerFactory<object> = defineLearner({
  name: "least-squares",
  summary: "Ordinary least squares; the fit of least norm where it is not unique.",
  knows: [],
  fit: () => byWeights((context) => shrunkWeights(singularDirections(context), 0)),
});
