import type { ExcessRiskRatio } from "./excess-risk-ratio.ts";
import type { AdjustedCondition, StepForm } from "./symmetry-report.ts";

/** The simpler one first. */
export const stepForms: readonly StepForm[] = ["one-step", "preconditioned-step"];

/**
 * A condition counts as contradicted at one in a thousand: where it holds, a verdict from prompts must not depend on the
 * seed; where it fails, more prompts carry any p-value below this.
 */
export const CONTRADICTED = 0.001;

/**
 * The form of the optimum, from prompts: the simplest one that is within the tolerance of the best linear attention, by
 * the upper limit of what it costs, and whose moment conditions nothing contradicts. The first alone would call a
 * general Γ by the name of a simple one that is only close to it; the second alone would accept a form because too few
 * prompts were drawn to reject it.
 */
export function concludeFrom(
  conditions: readonly AdjustedCondition[],
  costs: Readonly<Record<StepForm, ExcessRiskRatio>>,
  tolerance: number,
): StepForm | "general" {
  const holds = (form: StepForm): boolean =>
    costs[form].upper95 <= tolerance && contradicted(conditions, form).length === 0;
  return stepForms.find(holds) ?? "general";
}

/** The conditions that a form needs and the prompts contradict. */
export function contradicted(conditions: readonly AdjustedCondition[], form: StepForm): AdjustedCondition[] {
  return conditions.filter(
    ({ neededFor, adjustedPValue }) =>
      (neededFor === form || neededFor === "any-step") && adjustedPValue <= CONTRADICTED,
  );
}
