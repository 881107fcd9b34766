import { DomainError, maxAbs, type Matrix, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireMoments } from "../moments/require-moments.ts";
import { supportOf } from "../numerics/solve-on-support.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";
import type { Term } from "../numerics/pair-solver.ts";
import { directDimension, kroneckerSum, stationarityTerms } from "./stationarity.ts";

/** The Hessian of the pre-training loss in Γ, by its extremes. */
export interface LossCurvature {
  /** λ_max of the Hessian, in units of the loss over those of Γ squared */
  readonly largest: number;
  /** The least eigenvalue above 0: directions outside the support are flat. */
  readonly smallest: number;
  /** largest/smallest: gradient descent on Γ needs a number of steps of this order */
  readonly conditionNumber: number;
  /** Gradient descent on Γ converges for learning rates below 2/λ_max. */
  readonly stableLearningRate: number;
}

/**
 * The curvature of R(Γ).
 *
 * $$ \nabla^2 R = 2\sum_k p_k\,S_k\otimes B_k, \qquad \mathrm{lr} < \frac{2}{\lambda_{\max}} = \frac{1}{\lambda_{\max}(S)\,\lambda_{\max}(B)} $$
 *
 * The last form is for one stratum, where the eigenvalues are products. Several strata are decomposed as a d²×d²
 * matrix, for d ≤ 24.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @throws DomainError for several strata with d > 24, or a law on which no step has an effect
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 * @throws NumericalError if an eigenvalue or its inverse overflows
 *
 * Source: own derivation, the second derivative of R(Γ).
 *
 * @example
 * const setting = { contextLength: 2, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * lossCurvature(gaussianLinearMoments(setting)).value.stableLearningRate; // => 0.125
 */
export function lossCurvature(moments: PromptMoments): ClosedForm<LossCurvature> {
  requireMoments("lossCurvature", moments);
  const terms = stationarityTerms(moments.strata);
  if (terms.length > 1 && moments.dimension > directDimension) {
    throw new DomainError({
      where: "lossCurvature",
      expected: `several strata only up to dimension ${directDimension}`,
      arrived: `${terms.length} strata in dimension ${moments.dimension}`,
      hint: "bound the largest eigenvalue by Σ p_k λ_max(S_k) λ_max(B_k)",
    });
  }
  const [largest, smallest] = terms.length === 1 ? productExtremes(terms[0]) : extremesOf(kroneckerSum(terms));
  if (largest === 0) {
    throw new DomainError({
      where: "lossCurvature",
      expected: "a law on which the loss depends on the step",
      arrived: "moments with S ⊗ B = 0 in every stratum",
      hint: "Xᵀy or the query is always 0: every step has the loss E y_q², and every learning rate is stable",
    });
  }
  const value: LossCurvature = {
    largest: 2 * largest,
    smallest: 2 * smallest,
    conditionNumber: largest / smallest,
    stableLearningRate: 1 / largest,
  };
  requireInRange("lossCurvature", "curvature", Object.values(value));
  return {
    value,
    formula: String.raw`\nabla^2R = 2\sum_k p_k\,S_k\otimes B_k`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments],
    source: cite("onestep", "lossCurvature"),
  };
}

function productExtremes({ left, right }: Term): [number, number] {
  const [a, b] = [extremesOf(left), extremesOf(right)];
  return [a[0] * b[0], a[1] * b[1]];
}

/** The largest eigenvalue and the least above 0. */
function extremesOf(matrix: Matrix): [number, number] {
  if (maxAbs(matrix) === 0) return [0, 0];
  const { values } = supportOf(matrix);
  return [values[values.length - 1], values[0]];
}
