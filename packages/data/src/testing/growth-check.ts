import type { RandomKey } from "@onestep/core";
import { exactCheck, type Check } from "./check.ts";

const [FAR, FARTHER] = [2 ** 10, 2 ** 20];
/** What the largest of some draws may vary by. */
const SLACK = 8;

/**
 * Nothing grows faster than it declares: a thousand times farther out, sizes are at most that power of a thousand times
 * as large.
 *
 * @param sizeAt the largest size among some draws at a key, at covariates so many times larger than typical ones
 */
export function growthCheck(growth: number, sizeAt: (key: RandomKey, factor: number) => number): Check {
  return exactCheck("growth", (key) => {
    const [far, farther] = [sizeAt(key, FAR), sizeAt(key, FARTHER)];
    if (farther <= SLACK * far * (FARTHER / FAR) ** growth) return undefined;
    return `sizes of ${far} at ${FAR}x become ${farther} at ${FARTHER}x, faster than |x|^${growth}`;
  });
}
