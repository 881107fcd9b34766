import { dot, frobeniusNorm, multiplyVector } from "@onestep/core";
import { byWeights, crossProduct } from "./context.ts";
import { addScaled } from "./descent.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireCount } from "./settings.ts";

/** Settings of `conjugateGradient`. */
export interface ConjugateGradientSettings {
  /** k ≥ 0 */
  readonly steps: number;
}

/**
 * k steps of conjugate gradients for Sw = Xᵀy from w = 0: the least squares fit among the weights of the Krylov space
 * span{b, Sb, …, Sᵏ⁻¹b}, b = Xᵀy. After d steps, or n, it is least squares, of minimum norm where that is not unique.
 *
 * @throws DomainError unless k is a whole number
 *
 * Source: Hestenes & Stiefel, J. Res. Nat. Bur. Stand. 49, 1952, Section 10: the form for least squares, which never
 * forms S.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 2,
 *   covariates: Float64Array.of(1, 0, 0, 2), responses: Float64Array.of(1, 1),
 *   queryCovariates: Float64Array.of(1, 2), queryResponses: Float64Array.of(0),
 * };
 * // ŵ = αb with b = (1, 2) and α = ‖b‖²/‖Xb‖² = 5/17
 * Array.from(await learners.conjugateGradient({ steps: 1 }).predict(prompts))[0]; // ≈ 1.47058823529
 */
export const conjugateGradient: LearnerFactory<ConjugateGradientSettings> = defineLearner({
  name: "conjugate-gradient",
  summary: "k steps of conjugate gradients on least squares.",
  knows: [],
  fit: (settings: ConjugateGradientSettings) => {
    const steps = requireCount("conjugate-gradient: steps", settings.steps);
    return byWeights((context) => {
      let weights: Float64Array = new Float64Array(context.covariates.columns);
      let residual = context.responses;
      let slope = crossProduct(context, residual);
      let direction = slope;
      let energy = dot(slope, slope);
      // Below this the slope Xᵀr is rounding, and a step along it is noise.
      const rounding = context.responses.length * 2 ** -52 * frobeniusNorm(context.covariates);
      const settled = rounding * rounding * dot(context.responses, context.responses);
      for (let l = 0; l < steps && energy > settled; l++) {
        const image = multiplyVector(context.covariates, direction);
        const rate = energy / dot(image, image);
        weights = addScaled(weights, rate, direction);
        residual = addScaled(residual, -rate, image);
        slope = crossProduct(context, residual);
        const left = dot(slope, slope);
        direction = addScaled(slope, left / energy, direction);
        energy = left;
      }
      return weights;
    });
  },
});
