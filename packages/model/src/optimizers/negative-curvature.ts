import { childKey, dot, openStream, randomKey, symmetricEigen, zeros } from "@onestep/core";
import { euclideanNorm } from "./euclidean-norm.ts";
import type { Objective } from "./objective.ts";
import { secondDerivative } from "./second-derivative.ts";

/** A direction of unit length, and the second derivative along it. */
export interface Curvature {
  readonly direction: Float64Array;
  readonly value: number;
}

const MOST_DIRECTIONS = 40;

/** Below this share of the largest curvature, a second derivative is one of rounding. */
const NEGLIGIBLE = 2 ** -20;

/**
 * The direction along which a loss curves down most, or undefined where it curves down nowhere: a saddle told from a
 * minimum.
 *
 * Lanczos iteration with second derivatives from central differences of gradients. It starts from one fixed random
 * vector, which no structure of a loss is orthogonal to.
 *
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., Section 10.1, with full reorthogonalisation.
 */
export async function negativeCurvature(objective: Objective, position: Float64Array): Promise<Curvature | undefined> {
  const size = position.length;
  const basis: Float64Array[] = [];
  const own: number[] = [];
  const beside: number[] = [];
  let next: Float64Array = new Float64Array(size);
  openStream(childKey(randomKey(0), "negative curvature")).fillNormals(next, 0, size);
  for (let count = 0; count < Math.min(size, MOST_DIRECTIONS); count++) {
    const length = euclideanNorm(next);
    // What is left of the next vector is rounding: the space is exhausted.
    if (count > 0 && length <= 2 ** -30 * Math.max(...own.map(Math.abs), ...beside)) break;
    if (count > 0) beside.push(length);
    const vector = next.map((value) => value / length);
    basis.push(vector);
    next = await secondDerivative(objective, position, vector);
    // Beside a place where nothing is finite no curvature can be measured.
    if (!next.every(Number.isFinite)) return undefined;
    own.push(dot(vector, next));
    for (const one of [...basis, ...basis]) {
      const share = dot(one, next);
      for (let i = 0; i < size; i++) next[i] -= share * one[i];
    }
  }
  const tridiagonal = zeros(own.length, own.length);
  own.forEach((entry, k) => (tridiagonal.values[k * (own.length + 1)] = entry));
  beside.forEach((entry, k) => {
    tridiagonal.values[k * (own.length + 1) + 1] = entry;
    tridiagonal.values[(k + 1) * (own.length + 1) - 1] = entry;
  });
  const { values, vectors } = symmetricEigen(tridiagonal);
  const least = values[0]; // they ascend
  if (!(least < -NEGLIGIBLE * Math.max(...values.map(Math.abs)))) return undefined;
  const direction = new Float64Array(size);
  basis.forEach((vector, k) => {
    const share = vectors.values[k * own.length];
    for (let i = 0; i < size; i++) direction[i] += share * vector[i];
  });
  return { direction, value: least };
}
