import { childKey, identity, openStream, type Matrix, type RandomStream } from "@onestep/core";
import type { OrbitStatistics } from "./orbit-test.ts";
import type { PromptRows } from "./prompt-rows.ts";

/** The variance of a coordinate is known from more draws than anything else; what is known worse counts less. */
const WEIGHTS = [1, 0.8, 0.8, 0.8, 0.8, 1, 1, 0.8] as const;

/**
 * Statistics that notice where a law changes under (X, x_q) → (XUᵀ, Ux_q) for orthogonal U. With
 *
 * $$ \hat\Sigma = \overline{x x^\top}, \qquad \hat E_2 = \overline{y^2 x x^\top}, \qquad
 *    \hat C = \overline{\frac{b b^\top - \sum_i y_i^2 x_i x_i^\top}{n(n-1)}} $$
 *
 * (Ĉ over contexts, where it is unbiased for E ββᵀ), they are: the excess of the largest coordinate variance over the
 * mean one, and of the mean over the smallest; how far Σ̂, Ê₂ and Ĉ are from multiples of the identity, in the Frobenius
 * norm; the mean fourth power of a coordinate, and its negative; and the length of the mean of b. Each is divided by an
 * invariant of its own scale.
 *
 * @param draw a uniform element of a group of orthogonal maps
 */
export function orthogonalMaps(
  prompts: PromptRows,
  draw: (stream: RandomStream, dimension: number) => Matrix,
): OrbitStatistics {
  const { count, dimension } = prompts;
  const unmoved = identity(dimension);
  return {
    weights: WEIGHTS,
    evaluate(orbit) {
      const moments = movedMoments(prompts);
      for (let i = 0; i < count; i++) {
        const map = orbit === undefined ? unmoved : draw(openStream(childKey(orbit, "prompt", i)), dimension);
        moments.push(i, map.values);
      }
      return moments.statistics();
    },
  };
}

/** Moments of prompts that each a map of its own has moved; of symmetric matrices the lower triangle is kept. */
function movedMoments({ dimension: d, rows, contextRows, lengthOf, covariates, responses }: PromptRows): {
  push(prompt: number, map: Float64Array): void;
  statistics(): Float64Array;
} {
  const matrixSum = (): Float64Array => new Float64Array(d * d);
  const [covariance, energy, contextMoment, ownTerms] = [matrixSum(), matrixSum(), matrixSum(), matrixSum()];
  const [x, b, sumB] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  let [fourthPower, squaredB] = [0, 0];

  const pushRow = (row: number, map: Float64Array, inContext: boolean): void => {
    const y = responses[row];
    for (let j = 0; j < d; j++) {
      let moved = 0;
      for (let k = 0; k < d; k++) moved += map[j * d + k] * covariates[row * d + k];
      x[j] = moved;
      fourthPower += moved * moved * moved * moved;
      if (inContext) b[j] += y * moved;
      for (let k = 0; k <= j; k++) covariance[j * d + k] += moved * x[k];
      const energyTerms = inContext ? ownTerms : energy;
      for (let k = 0; k <= j; k++) energyTerms[j * d + k] += y * y * moved * x[k];
    }
  };

  return {
    push(prompt, map) {
      b.fill(0);
      ownTerms.fill(0);
      for (let row = 0; row < rows; row++) pushRow(prompt * rows + row, map, row < contextRows);
      const n = lengthOf(prompt);
      const weight = n > 1 ? 1 / (n * (n - 1)) : 0; // a single pair has no product of two
      for (let j = 0; j < d; j++) {
        sumB[j] += b[j];
        squaredB += b[j] * b[j];
        for (let k = 0; k <= j; k++) {
          energy[j * d + k] += ownTerms[j * d + k];
          contextMoment[j * d + k] += weight * (b[j] * b[k] - ownTerms[j * d + k]);
        }
      }
    },
    statistics() {
      const [squaredX, energyX] = [trace(covariance, d), trace(energy, d)];
      const variances = Float64Array.from({ length: d }, (_, j) => covariance[j * (d + 1)]);
      const kurtosis = ratio(fourthPower, squaredX);
      return Float64Array.of(
        ratio(Math.max(...variances) - squaredX / d, squaredX),
        ratio(squaredX / d - Math.min(...variances), squaredX),
        ratio(anisotropy(covariance, d), squaredX),
        ratio(anisotropy(energy, d), energyX),
        ratio(anisotropy(contextMoment, d), energyX),
        kurtosis,
        -kurtosis,
        ratio(Math.sqrt(sumB.reduce((sum, entry) => sum + entry * entry, 0)), Math.sqrt(squaredB)),
      );
    },
  };
}

/** ‖M − tr(M)I/d‖_F */
function anisotropy(lower: Float64Array, d: number): number {
  const mean = trace(lower, d) / d;
  let sum = 0;
  for (let j = 0; j < d; j++) {
    for (let k = 0; k < j; k++) sum += 2 * lower[j * d + k] * lower[j * d + k];
    const own = lower[j * (d + 1)] - mean;
    sum += own * own;
  }
  return Math.sqrt(sum);
}

function trace(matrix: Float64Array, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += matrix[j * (d + 1)];
  return sum;
}

/** a/b, and 0 where the scale b is 0 because all responses or all covariates are. */
function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
