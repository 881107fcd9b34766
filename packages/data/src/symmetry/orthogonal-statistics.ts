import type { PromptSums } from "./prompt-sums.ts";

/**
 * How much each statistic counts. A single larger variance is the least that must be seen, and with B = 99 it is seen only
 * where it stands out from all moved samples: what the other statistics do by chance there must not drown it.
 */
export const orthogonalWeights = [1, 0.8, 0.8, 0.8, 0.8, 0.7, 0.7, 0.8] as const;

/**
 * Statistics that notice where a law changes under (X, x_q) → (XUᵀ, Ux_q) for orthogonal U. With
 *
 * $$ \hat\Sigma = \overline{x x^\top}, \qquad \hat E_2 = \overline{y^2 x x^\top}, \qquad
 *    \hat C = \overline{\frac{b b^\top - \sum_i y_i^2 x_i x_i^\top}{n(n-1)}} $$
 *
 * (Ĉ over contexts, where it is unbiased for E ββᵀ), they are: the excess of the largest coordinate variance over the
 * mean one, and of the mean over the smallest; how far Σ̂, Ê₂ and Ĉ are from multiples of the identity, in the Frobenius
 * norm; the mean size |x_j| of a coordinate, and its negative, since independent coordinates with heavy tails are smaller
 * on average than their rotations, and those with light tails are larger; and the length of the mean of b. Each is divided
 * by an invariant of its own scale.
 */
export function orthogonalStatistics(sums: PromptSums): Float64Array {
  const { covariance, energy, contextMoment, b, squaredB, sizes } = sums;
  const d = b.length;
  const [squaredX, energyX] = [trace(covariance, d), trace(energy, d)];
  const variances = Float64Array.from({ length: d }, (_, j) => covariance[diagonalAt(j)]);
  const size = ratio(sizes, squaredX);
  return Float64Array.of(
    ratio(Math.max(...variances) - squaredX / d, squaredX),
    ratio(squaredX / d - Math.min(...variances), squaredX),
    ratio(anisotropy(covariance, d), squaredX),
    ratio(anisotropy(energy, d), energyX),
    ratio(anisotropy(contextMoment, d), energyX),
    size,
    -size,
    ratio(Math.sqrt(b.reduce((sum, entry) => sum + entry * entry, 0)), Math.sqrt(squaredB)),
  );
}

/** ‖M − tr(M)I/d‖_F */
function anisotropy(lower: Float64Array, d: number): number {
  const mean = trace(lower, d) / d;
  let sum = 0;
  for (let j = 0, at = 0; j < d; j++, at++) {
    for (let k = 0; k < j; k++, at++) sum += 2 * lower[at] * lower[at];
    sum += (lower[at] - mean) * (lower[at] - mean);
  }
  return Math.sqrt(sum);
}

function trace(lower: Float64Array, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += lower[diagonalAt(j)];
  return sum;
}

/** Where entry (j, j) stands in a lower triangle. */
function diagonalAt(j: number): number {
  return (j * (j + 3)) / 2;
}

/** a/b, and 0 where the scale b is 0 because all responses or all covariates are. */
function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
