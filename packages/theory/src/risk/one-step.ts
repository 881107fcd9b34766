import { trace, traceOfProduct, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireLoss, requireMoments } from "../moments/require-moments.ts";
import { requireFiniteNumber } from "../require.ts";
import { cite } from "../sources.ts";

/**
 * The risk of one gradient step of any size, on any law.
 *
 * $$ R(\eta) = \mathbb{E}\,y_q^2 - 2\eta\,\mathrm{tr}A + \eta^2\sum_k p_k\,\mathrm{tr}(S_k B_k) $$
 *
 * On isotropic Gaussian prompts R(η) = ω²d + σ² − 2ηnω²d + η²nd[ω²(n+d+1) + σ²].
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @param stepSize η, unnormalised: ŷ = η x_qᵀXᵀy
 * @throws DomainError for a step size that is not finite
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 * @throws NumericalError for a risk that overflows, or is negative
 *
 * Source: own derivation, the parabola of R(Γ) along ηI.
 *
 * @example
 * const setting = { contextLength: 12, covariates: isotropic(4), tasks: isotropic(4), noiseVariance: 0.3 };
 * oneStepRisk(gaussianLinearMoments(setting), 0.05).value; // ≈ 1.576
 */
export function oneStepRisk(moments: PromptMoments, stepSize: number): ClosedForm<number> {
  requireMoments("oneStepRisk", moments);
  requireFiniteNumber("oneStepRisk", "step size", stepSize);
  const energy = moments.strata.reduce(
    (sum, { probability, querySecondMoment, stepMoment }) =>
      sum + probability * traceOfProduct(querySecondMoment, stepMoment),
    0,
  );
  const { responseSecondMoment, crossMoment } = moments;
  const reward = 2 * stepSize * trace(crossMoment);
  const cost = stepSize * stepSize * energy;
  return {
    value: requireLoss(
      "oneStepRisk",
      responseSecondMoment - reward + cost,
      responseSecondMoment + Math.abs(reward) + cost,
    ),
    formula: String.raw`R(\eta) = \mathbb{E}\,y_q^2 - 2\eta\,\mathrm{tr}A + \eta^2\sum_k p_k\,\mathrm{tr}(S_kB_k)`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments, hypotheses.independentQuery],
    source: cite("onestep", "oneStepRisk"),
  };
}
