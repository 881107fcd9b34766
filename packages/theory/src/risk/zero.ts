import type { PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireMoments } from "../moments/require-moments.ts";
import { cite } from "../sources.ts";

/**
 * The risk of predicting 0, the baseline that every learner must beat.
 *
 * $$ R(0) = \mathbb{E}\,y_q^2 $$
 *
 * @param moments of the prompts
 * @returns the second moment of the query's response, noise included
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 *
 * Source: own derivation, the loss of the step 0.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 1 };
 * zeroRisk(gaussianLinearMoments(setting)).value; // => 6
 */
export function zeroRisk(moments: PromptMoments): ClosedForm<number> {
  requireMoments("zeroRisk", moments);
  return {
    value: moments.responseSecondMoment,
    formula: String.raw`\mathbb{E}\,y_q^2`,
    hypotheses: [hypotheses.squaredError],
    source: cite("onestep", "zeroRisk"),
  };
}
