import { DomainError, symmetricEigen, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireMoments } from "../moments/require-moments.ts";
import { supportOf } from "../numerics/solve-on-support.ts";
import { cite } from "../sources.ts";
import { directDimension, kroneckerSum, stationarityTerms } from "./stationarity.ts";
import { symmetrised } from "../numerics/symmetrised.ts";

/** The Hessian of the pre-training loss in Γ, by its extremes. */
export interface LossCurvature {
  /** λ_max of the Hessian */
  readonly largest: number;
  /** The least eigenvalue above 0: directions outside the support are flat. */
  readonly smallest: number;
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
 * @throws DomainError, ShapeError for invalid moments, or several strata with d > 24
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
  return {
    value: {
      largest: 2 * largest,
      smallest: 2 * smallest,
      conditionNumber: largest / smallest,
      stableLearningRate: 1 / largest,
    },
    formula: String.raw`\nabla^2R = 2\sum_k p_k\,S_k\otimes B_k`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments],
    source: cite("onestep", "lossCurvature"),
  };
}

type Sides = ReturnType<typeof stationarityTerms>[number];

function productExtremes({ left, right }: Sides): [number, number] {
  const [a, b] = [extremesOf(left), extremesOf(right)];
  return [a[0] * b[0], a[1] * b[1]];
}

function extremesOf(matrix: Sides["left"]): [number, number] {
  const all = symmetricEigen(symmetrised(matrix)).values;
  return [Math.max(all[all.length - 1], 0), supportOf(matrix).values[0]];
}
