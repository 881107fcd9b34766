import { trace, traceOfProduct, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireLoss, requireMoments } from "../moments/require-moments.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";

/** A step ηI and its loss. */
export interface ScalarStep {
  /** η, unnormalised: ŷ = η x_qᵀ Xᵀy */
  readonly stepSize: number;
  /** R(ηI), noise of the query's response included */
  readonly loss: number;
}

/**
 * The best plain gradient step Γ = ηI on any law.
 *
 * $$ \eta = \frac{\mathrm{tr}\,A}{\sum_k p_k\,\mathrm{tr}(S_k B_k)}, \qquad R(\eta I) = \mathbb{E}\,y_q^2 - \eta\,\mathrm{tr}\,A $$
 *
 * R(ηI) is a parabola in η. Where Xᵀy vanishes on the query's support, η = 0.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @returns η, unnormalised, and R(ηI), noise included
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 *
 * Source: own derivation, the vertex of a parabola.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 4 };
 * bestStepSize(gaussianLinearMoments(setting)).value.stepSize; // ≈ 0.0333333333333
 */
export function bestStepSize(moments: PromptMoments): ClosedForm<ScalarStep> {
  requireMoments("bestStepSize", moments);
  const reward = trace(moments.crossMoment);
  const cost = moments.strata.reduce(
    (sum, { probability, querySecondMoment, stepMoment }) =>
      sum + probability * traceOfProduct(querySecondMoment, stepMoment),
    0,
  );
  const stepSize = cost > 0 ? reward / cost : 0;
  requireInRange("bestStepSize", "step size", [stepSize]);
  const { responseSecondMoment } = moments;
  const loss = requireLoss("bestStepSize", responseSecondMoment - stepSize * reward, responseSecondMoment);
  return {
    value: { stepSize, loss },
    formula: String.raw`\eta = \mathrm{tr}\,A \,/ \sum_k p_k\,\mathrm{tr}(S_k B_k)`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments, "the minimum is over multiples of the identity"],
    source: cite("onestep", "bestStepSize"),
  };
}
