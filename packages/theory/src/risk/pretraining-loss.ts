import {
  add,
  frobeniusNorm,
  multiply,
  scale,
  subtract,
  traceOfProduct,
  transpose,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireLoss, requireMoments } from "../moments/require-moments.ts";
import { optimalStep } from "../optimum/step.ts";
import { requireInRange, requireSize } from "../require.ts";
import { cite } from "../sources.ts";

/**
 * The population loss of the step Γ.
 *
 * $$ R(\Gamma) = \mathbb{E}\,y_q^2 - 2\,\mathrm{tr}(\Gamma A) + \sum_k p_k\,\mathrm{tr}(S_k \Gamma B_k \Gamma^\top) $$
 *
 * The square of y_q − x_qᵀΓb, b = Xᵀy, opened up; given the stratum, x_q is independent of b.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @param preconditioner Γ, `[d, d]`, unnormalised
 * @returns R(Γ), noise of the query's response included
 * @throws ShapeError, DomainError for a step of another size, or entries that are not finite
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 * @throws NumericalError for a loss that overflows, or is negative
 *
 * Source: own derivation, the square opened up.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 1 };
 * pretrainingLoss(gaussianLinearMoments(setting), zeros(5, 5)).value; // => 6
 */
export function pretrainingLoss(moments: PromptMoments, preconditioner: Matrix): ClosedForm<number> {
  return {
    value: lossOfStep("pretrainingLoss", moments, preconditioner),
    formula: String.raw`R(\Gamma) = \mathbb{E}\,y_q^2 - 2\,\mathrm{tr}(\Gamma A) + \sum_k p_k\,\mathrm{tr}(S_k\Gamma B_k\Gamma^\top)`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments, hypotheses.independentQuery],
    source: cite("onestep", "pretrainingLoss"),
  };
}

/**
 * The gradient of the population loss in Γ.
 *
 * $$ \nabla R(\Gamma) = 2\Big(\sum_k p_k S_k \Gamma B_k - A^\top\Big) $$
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @param preconditioner Γ, `[d, d]`, unnormalised
 * @returns ∂R/∂Γ, `[d, d]`
 * @throws ShapeError, DomainError for a step of another size, or entries that are not finite
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 * @throws NumericalError if the gradient overflows
 *
 * Source: own derivation, the derivative of the quadratic R(Γ).
 *
 * @example
 * const setting = { contextLength: 2, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * lossGradient(gaussianLinearMoments(setting), zeros(1, 1)).value.values; // => [-4]
 */
export function lossGradient(moments: PromptMoments, preconditioner: Matrix): ClosedForm<Matrix> {
  requireStep("lossGradient", moments, preconditioner);
  const curvature = moments.strata
    .map(({ probability, querySecondMoment, stepMoment }) =>
      scale(multiply(querySecondMoment, preconditioner, stepMoment), probability),
    )
    .reduce((sum, term) => add(sum, term));
  const gradient = scale(subtract(curvature, transpose(moments.crossMoment)), 2);
  requireInRange("lossGradient", "gradient", gradient.values);
  return {
    value: gradient,
    formula: String.raw`\nabla R(\Gamma) = 2\big(\sum_k p_k S_k\Gamma B_k - A^\top\big)`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments, hypotheses.independentQuery],
    source: cite("onestep", "lossGradient"),
  };
}

/**
 * How far the loss of Γ lies above the minimum over steps.
 *
 * $$ R(\Gamma) - L^* = \sum_k p_k\,\mathrm{tr}\big(S_k(\Gamma-\Gamma^*)B_k(\Gamma-\Gamma^*)^\top\big) $$
 *
 * Not computed as a difference of losses, so that it keeps its digits down to 0.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @param preconditioner Γ, `[d, d]`, unnormalised
 * @throws ShapeError, DomainError for a step of another size, or entries that are not finite
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 * @throws NumericalError if the excess overflows
 *
 * Source: own derivation, the quadratic R(Γ) about its minimum.
 *
 * @example
 * const moments = gaussianLinearMoments({ contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 });
 * excessLoss(moments, zeros(5, 5)).value; // ≈ 3.84615384615
 */
export function excessLoss(moments: PromptMoments, preconditioner: Matrix): ClosedForm<number> {
  requireStep("excessLoss", moments, preconditioner);
  const deviation = subtract(preconditioner, optimalStep(moments).value.preconditioner);
  const excess = Math.max(predictionSecondMoment(moments, deviation), 0);
  requireInRange("excessLoss", "loss above the minimum", [excess]);
  return {
    value: excess,
    formula: String.raw`\sum_k p_k\,\mathrm{tr}\big(S_k(\Gamma-\Gamma^*)B_k(\Gamma-\Gamma^*)^\top\big)`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments, hypotheses.independentQuery],
    source: cite("onestep", "excessLoss"),
  };
}

/** R(Γ); the gate for its arguments and for its value. */
export function lossOfStep(where: string, moments: PromptMoments, preconditioner: Matrix): number {
  requireStep(where, moments, preconditioner);
  const { responseSecondMoment, crossMoment } = moments;
  const reward = 2 * traceOfProduct(preconditioner, crossMoment);
  const energy = predictionSecondMoment(moments, preconditioner);
  const size = responseSecondMoment + Math.abs(reward) + Math.abs(energy);
  const cancelled = frobeniusNorm(preconditioner) * frobeniusNorm(crossMoment);
  return requireLoss(where, responseSecondMoment - reward + energy, size, cancelled);
}

/** E ŷ² = Σ p_k tr(S_k Γ B_k Γᵀ) */
function predictionSecondMoment(moments: PromptMoments, preconditioner: Matrix): number {
  return moments.strata.reduce(
    (sum, { probability, querySecondMoment, stepMoment }) =>
      sum +
      probability *
        traceOfProduct(multiply(querySecondMoment, preconditioner), multiply(stepMoment, transpose(preconditioner))),
    0,
  );
}

function requireStep(where: string, moments: PromptMoments, preconditioner: Matrix): void {
  requireMoments(where, moments);
  requireSize(where, "preconditioner", preconditioner, moments.dimension, moments.dimension);
}
