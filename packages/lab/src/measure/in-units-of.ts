import type { Estimate } from "@onestep/core";

/** An estimate in units of a known number: its value and its error over it. */
export function inUnitsOf(unit: number, { value, standardError, count }: Estimate): Estimate {
  return { value: value / unit, standardError: standardError / unit, count };
}
