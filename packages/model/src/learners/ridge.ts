import { byWeights } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireNotNegative } from "./settings.ts";
import { ridgeWeights } from "./shrinkage.ts";

/** Settings of `ridge`. */
export interface RidgeSettings {
  /** λ ≥ 0, added to XᵀX, whatever n; 0 is least squares of least norm */
  readonly penalty: number;
}

/**
 * Ridge regression with one penalty for all prompts: ConstRR of the literature.
 *
 * $$ \hat w = (X^\top X + \lambda I)^{-1} X^\top y $$
 *
 * For tasks of variance ω² and noise σ², λ = σ²/ω² is the Bayes posterior mean.
 *
 * @throws DomainError unless 0 ≤ λ < ∞
 *
 * Source: arXiv 2402.14180, Section 6, ConstRR.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(1, 1), responses: Float64Array.of(3, 5),
 *   queryCovariates: Float64Array.of(2), queryResponses: Float64Array.of(0),
 * };
 * // ŵ = 8/(2 + 2)
 * Array.from(await learners.ridge({ penalty: 2 }).predict(prompts))[0]; // ≈ 4
 */
export const ridge: LearnerFactory<RidgeSettings> = defineLearner({
  name: "ridge",
  summary: "Ridge regression with one penalty for all prompts.",
  knows: ["penalty λ"],
  fit: (settings: RidgeSettings) => {
    const penalty = requireNotNegative("ridge: penalty", settings.penalty);
    return byWeights((context) => ridgeWeights(context, penalty));
  },
});
