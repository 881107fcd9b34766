import { parsePromptLaw, promptMoments } from "@onestep/data";
import { attempt } from "../attempt.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import { expectedDistance } from "../training-budget.ts";
import { isOneFullHead, type TrainingConfig } from "./config.ts";

/**
 * The distance ‖Γ − Γ*‖_F / ‖Γ*‖_F that sampling leaves a training, as root mean square: what a plan promises before
 * anything is drawn. Undefined where training is exact, where no theory knows Γ*, or where Γ* = 0.
 */
export function plannedDistance({ law: json, model, training }: TrainingConfig): number | undefined {
  const { steps, batch } = training;
  if (batch === undefined || !isOneFullHead(model)) return undefined;
  const distance = attempt(() => {
    const law = parsePromptLaw(json);
    const moments = promptMoments(law);
    const { preconditioner, loss } = optimumOfLaw(law, moments);
    return expectedDistance(moments, { preconditioner: preconditioner.value, loss }, steps * batch);
  });
  return distance !== undefined && Number.isFinite(distance) ? distance : undefined;
}
