import { NumericalError } from "@onestep/core";

/** Refuses moments that have overflowed, before infinities can turn into NaN. */
export function requireFiniteMoments(sizes: readonly number[]): void {
  if (sizes.every(Number.isFinite)) return;
  throw new NumericalError({
    where: "promptMoments",
    expected: "moments that are finite numbers",
    arrived: `moments of the sizes ${sizes.join(", ")}`,
    hint: "choose units in which covariates and responses are of moderate size",
  });
}

/** 2⁻¹⁰²²: below it, numbers lose their digits. */
const LEAST_NORMAL = 2 ** -1022;

/**
 * Refuses a target's moments that have lost their digits to underflow, before a best step is made of what is left.
 *
 * @param energy the largest entry of E[f² x xᵀ]
 * @param secondMoment E f²
 */
export function requireNoUnderflow(energy: number, secondMoment: number): void {
  const isLost = (size: number): boolean => size < LEAST_NORMAL && (size > 0 || secondMoment > 0);
  if (!isLost(energy) && !isLost(secondMoment)) return;
  throw new NumericalError({
    where: "promptMoments",
    expected: "moments within the range of floating point",
    arrived: `E f² = ${secondMoment} and E[f² x xᵀ] of the size ${energy}`,
    hint: "choose units in which covariates and responses are of moderate size",
  });
}
