import { AssumptionError } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { estimateFromDraws } from "./estimate-from-draws.ts";

/**
 * Lets independent Gaussian rows pass.
 *
 * @param target what has no closed form over others: `"a single-index target"`
 * @throws AssumptionError for any other covariates
 */
export function requireGaussian({ gaussian, name }: CovariateLaw, target: string): void {
  if (gaussian) return;
  throw new AssumptionError({
    where: "promptMoments",
    expected: `Gaussian covariates under ${target}`,
    arrived: `${name} covariates`,
    hint: `${estimateFromDraws}, use gaussian covariates, or a linear target`,
    source: `moments of ${target}`,
    unmet: ["the covariates are Gaussian"],
  });
}
