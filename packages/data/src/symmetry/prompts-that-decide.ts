import { normalQuantile } from "@onestep/core";
import { CONTRADICTED, type Costs, stepForms } from "./conclude.ts";
import type { AdjustedCondition, StepForm } from "./symmetry-report.ts";

interface Prompts {
  readonly count: number;
  readonly dimension: number;
}

/**
 * About how many prompts would decide: a form is established once the upper limit of what it costs falls below the
 * tolerance, and a general optimum once a condition of either form is contradicted. Twice what that takes, since the
 * estimates will move too; rounded up to one digit, at most a billion.
 */
export function promptsThatDecide(
  conditions: readonly AdjustedCondition[],
  limits: { readonly costs: Costs; readonly tolerance: number },
  prompts: Prompts,
): number {
  const establishing = stepForms.map((form) => promptsToEstablish(form, limits, prompts));
  const contradicting = stepForms.map((form) => promptsToContradict(form, conditions, prompts));
  return roundedUp(Math.min(1e9, 2 * Math.min(...establishing, Math.max(...contradicting))));
}

/**
 * The upper limit falls like 1/P where the form may cost nothing, and its distance from the estimate like 1/√P where it
 * costs something. The error of the fits, 2·1.64·√k/P for the k coefficients of the widest fit and normal responses, is
 * the least to ask for.
 */
function promptsToEstablish(
  form: StepForm,
  { costs, tolerance }: { readonly costs: Costs; readonly tolerance: number },
  { count, dimension: d }: Prompts,
): number {
  const { lower95, upper95 } = costs[form];
  if (lower95 > tolerance) return Infinity;
  const coefficients = d * (d + 1 + (d * (d + 1)) / 2);
  const least = Math.max(count, (2 * 1.64 * Math.sqrt(coefficients)) / tolerance);
  const excess = upper95 / tolerance;
  return Math.max(least, count * (lower95 <= 0 ? excess : excess * excess));
}

/** A condition that fails moves its score by √P. */
function promptsToContradict(form: StepForm, conditions: readonly AdjustedCondition[], { count }: Prompts): number {
  const pValues = conditions
    .filter(({ neededFor }) => neededFor === form || neededFor === "any-step")
    .map(({ adjustedPValue }) => adjustedPValue);
  const score = -normalQuantile(Math.min(0.5, ...pValues));
  const enough = -normalQuantile(CONTRADICTED);
  return count * Math.max(1, (enough / score) ** 2);
}

function roundedUp(value: number): number {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  return Math.ceil(value / unit) * unit;
}
