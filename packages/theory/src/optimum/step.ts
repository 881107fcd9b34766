import { frobeniusNorm, traceOfProduct, transpose, type Matrix, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireLoss, requireMoments } from "../moments/require-moments.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";
import { solveStationarity } from "./stationarity.ts";

/** The minimizer Γ* and the minimum L* of the pre-training loss over steps. */
export interface OptimalStep {
  /** Γ*, `[d, d]`, unnormalised, not symmetric in general */
  readonly preconditioner: Matrix;
  /** L* = R(Γ*), noise of the query's response included */
  readonly loss: number;
}

/**
 * The best step ŷ = x_qᵀ Γ Xᵀy on any law, from its moments alone.
 *
 * $$ \sum_k p_k S_k \Gamma^* B_k = A^\top, \qquad L^* = \mathbb{E}\,y_q^2 - \mathrm{tr}(\Gamma^* A) $$
 *
 * The loss R(Γ) = E y_q² − 2 tr(ΓA) + Σ p_k tr(S_k Γ B_k Γᵀ) is a convex quadratic; the first equation says that its
 * gradient vanishes. With one stratum Γ* = S⁻¹ Aᵀ B⁻¹; for i.i.d. rows and a query of the same law this is
 * Σ⁻¹ C [E2 + (n−1) C]⁻¹, C = E ββᵀ, of which Theorems 1–3 are the special cases. Where S or B is singular, Γ* is the
 * minimizer of least norm, zero outside their supports. Where they are so ill conditioned that A, in floating point,
 * no longer says what Γ* is in some direction, Γ* is 0 there, which hardly touches the loss (`optimalPreconditioner`
 * keeps every digit on Gaussian laws). Γ* is never symmetrised.
 *
 * L* is a difference of moments that are only known to rounding. However small it is, its error is up to dκ2⁻⁵² E y_q²,
 * κ the condition number of S; where κ is so large that directions are given up, about 10⁻⁹ E y_q². On Gaussian linear
 * laws `optimalPreconditionerLoss` keeps every digit.
 *
 * When `evenPartDecouples` is `"proved"`, L* is also the minimum over all parameters of one linear attention layer.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @throws ShapeError for matrices of another dimension
 * @throws DomainError for entries that are missing or not finite, or probabilities that do not sum to 1
 * @throws NumericalError where no law has these moments: S or B not symmetric positive semidefinite, A outside their
 * supports, or so large that L* < 0; and where the strata are too ill conditioned for conjugate gradients
 *
 * Source: own derivation, the normal equations of least squares in Γ.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 };
 * optimalStep(gaussianLinearMoments(setting)).value.loss; // ≈ 1.15384615385
 */
export function optimalStep(moments: PromptMoments): ClosedForm<OptimalStep> {
  requireMoments("optimalStep", moments);
  const preconditioner = solveStationarity(moments.strata, transpose(moments.crossMoment));
  requireInRange("optimalStep", "preconditioner", preconditioner.values);
  const gain = traceOfProduct(preconditioner, moments.crossMoment);
  const { responseSecondMoment } = moments;
  return {
    value: {
      preconditioner,
      loss: requireLoss(
        "optimalStep",
        responseSecondMoment - gain,
        responseSecondMoment,
        frobeniusNorm(preconditioner) * frobeniusNorm(moments.crossMoment),
      ),
    },
    formula: String.raw`\sum_k p_k S_k \Gamma^* B_k = A^\top,\quad L^* = \mathbb{E}\,y_q^2 - \mathrm{tr}(\Gamma^* A)`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.squaredError,
      hypotheses.finiteMoments,
      moments.evenPartDecouples === "proved" ? hypotheses.evenPartDecouples : hypotheses.stepsOnly,
    ],
    source: cite("onestep", "optimalStep"),
  };
}
