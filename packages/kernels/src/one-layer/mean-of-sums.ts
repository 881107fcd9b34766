import { NumericalError } from "@onestep/core";
import type { LsaGradientBuffers } from "../lsa-gradient/twin.ts";

/** Adds the sums of one block to a total. */
export function addSums(total: Float64Array, sums: Float64Array, offset: number): void {
  for (let at = 0; at < total.length; at++) total[at] += sums[offset + at];
}

/** Whether all of them are finite: then, and only then, each differs from itself by 0. */
export function areFinite(values: Float64Array): boolean {
  for (let at = 0; at < values.length; at++) {
    if (values[at] - values[at] !== 0) return false;
  }
  return true;
}

/** @throws NumericalError unless the sums over a batch are finite */
export function requireFinite(total: Float64Array, count: number): void {
  if (areFinite(total)) return;
  throw new NumericalError({
    where: "openOneLayer.lossAndGradient",
    expected: "a finite loss and gradient",
    arrived: describeNonFinite(total[total.length - 1] / count),
    hint: "the parameters have grown too large: lower the learning rate",
  });
}

/** What a loss and gradient are that are not both finite. */
export function describeNonFinite(loss: number): string {
  return `a loss of ${loss}${loss - loss === 0 ? ", and a gradient that is not finite" : ""}`;
}

/**
 * Loss and gradient from sums over all prompts of a batch: the mean, and twice the mean half gradient.
 *
 * @param total as `BlockSummer` lays sums out
 * @param gradient overwritten; 0 in the dead column of M
 */
export function meanOfSums(total: Float64Array, count: number, gradient: LsaGradientBuffers): number {
  const factor = 2 / count;
  const { keyQuery, valueProjection } = gradient;
  const dimension = valueProjection.length - 1;
  let from = 0;
  for (let row = 0; row < keyQuery.length; row += dimension + 1) {
    for (let j = 0; j < dimension; j++) keyQuery[row + j] = factor * total[from++];
    keyQuery[row + dimension] = 0;
  }
  for (let i = 0; i <= dimension; i++) valueProjection[i] = factor * total[from++];
  return total[from] / count;
}
