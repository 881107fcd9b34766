import { trace, traceOfProduct, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireMoments } from "../moments/require-moments.ts";
import { cite } from "../sources.ts";

/** A step ηI and its loss. */
export interface ScalarStep {
  /** η, unnormalised: ŷ = η x_qᵀ Xᵀy */
  readonly stepSize: number;
  readonly loss: number;
}

/**
 * The best plain gradient step Γ = ηI on any law.
 *
 * $$ \eta = \frac{\mathrm{tr}\,A}{\sum_k p_k\,\mathrm{tr}(S_k B_k)}, \qquad R(\eta I) = \mathbb{E}\,y_q^2 - \eta\,\mathrm{tr}\,A $$
 *
 * R(ηI) is a parabola in η. Where Xᵀy vanishes on the query's support, η = 0.
 *
 * @throws ShapeError, DomainError as `optimalStep`
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
  return {
    value: { stepSize, loss: moments.responseSecondMoment - stepSize * reward },
    formula: String.raw`\eta = \mathrm{tr}\,A \,/ \sum_k p_k\,\mathrm{tr}(S_k B_k)`,
    hypotheses: [hypotheses.squaredError, hypotheses.finiteMoments, "the minimum is over multiples of the identity"],
    source: cite("onestep", "bestStepSize"),
  };
}
