import { AssumptionError } from "@onestep/core";
import type { CovariateLaw, FourthMoment } from "../define/define-covariates.ts";

/**
 * Ω ↦ E[x xᵀΩx xᵀ] of a law that has it.
 *
 * @throws AssumptionError where it is infinite, with the reason that the law gives, or not declared
 */
export function requireFourthMoment({ name, fourthMoment, noFourthMoment }: CovariateLaw): FourthMoment {
  if (fourthMoment !== undefined) return fourthMoment;
  throw new AssumptionError({
    where: "promptMoments",
    expected: "covariates with a fourth moment E[x xᵀΩx xᵀ]",
    arrived: `${name} covariates: ${noFourthMoment ?? "they declare none"}`,
    hint:
      noFourthMoment === undefined
        ? "declare fourthMoment in the law's definition, if it exists"
        : "choose covariates with lighter tails: on these every step but Γ = 0 has infinite loss",
    source: "moments of prompt laws",
    unmet: [noFourthMoment === undefined ? "E‖x‖⁴ is known" : "E‖x‖⁴ is finite"],
  });
}
