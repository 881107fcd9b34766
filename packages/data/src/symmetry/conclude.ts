import type { ExcessRiskRatio } from "./excess-risk-ratio.ts";
import type { AdjustedCondition, Conclusion, DeclaredOptimum, StepForm } from "./symmetry-report.ts";

/** The simpler one first. */
export const stepForms: readonly StepForm[] = ["one-step", "preconditioned-step"];

export function isStepForm(conclusion: Conclusion): conclusion is StepForm {
  return conclusion === "one-step" || conclusion === "preconditioned-step";
}

/**
 * A condition counts as contradicted at one in a thousand: where it holds, a verdict from prompts must not depend on the
 * seed; where it fails, more prompts carry any p-value below this.
 */
export const CONTRADICTED = 0.001;

/** What each form costs, against linear attention with any number of heads. */
export type Costs = Readonly<Record<StepForm, ExcessRiskRatio>>;

/**
 * The form of the optimum. What a law declares settles it.
 *
 * From prompts, a form is established by the upper limit of what it costs, once nothing contradicts its moment conditions
 * and every simpler form is out: contradicted, or beyond the tolerance by its lower limit. A general optimum asks for
 * evidence too: against either form, a moment condition contradicted. Anything else is undecided, never concluded because
 * too few prompts were drawn.
 */
export function conclude(
  declared: DeclaredOptimum | undefined,
  conditions: readonly AdjustedCondition[],
  { costs, tolerance }: { readonly costs: Costs; readonly tolerance: number },
): Conclusion {
  if (declared !== undefined) return declared.conclusion;
  const possible = stepForms.filter((form) => contradicted(conditions, form).length === 0);
  if (possible.length === 0) return "general";
  const simplest = possible.find((form) => costs[form].lower95 <= tolerance);
  return simplest !== undefined && costs[simplest].upper95 <= tolerance ? simplest : "undecided";
}

/**
 * Whether the theorem applies. A general optimum that a step of a known form comes near: approximately; one that none
 * comes near, by the lower limits of what they cost: no.
 */
export function appliesTo(
  conclusion: Conclusion,
  declared: DeclaredOptimum | undefined,
  { costs, tolerance }: { readonly costs: Costs; readonly tolerance: number },
): "exactly" | "approximately" | "no" | "undecided" {
  if (conclusion === "undecided") return "undecided";
  if (isStepForm(conclusion)) return declared === undefined ? "approximately" : "exactly";
  if (formWithin({ costs, tolerance }) !== undefined) return "approximately";
  return stepForms.every((form) => costs[form].lower95 > tolerance) ? "no" : "undecided";
}

/** The simplest form that costs no more than the tolerance, with 95 % confidence. */
export function formWithin({
  costs,
  tolerance,
}: {
  readonly costs: Costs;
  readonly tolerance: number;
}): StepForm | undefined {
  return stepForms.find((form) => costs[form].upper95 <= tolerance);
}

/** The conditions that a form needs and the prompts contradict. */
export function contradicted(conditions: readonly AdjustedCondition[], form: StepForm): AdjustedCondition[] {
  return conditions.filter(
    ({ neededFor, adjustedPValue }) =>
      (neededFor === form || neededFor === "any-step") && adjustedPValue <= CONTRADICTED,
  );
}
