import { cos, exp, log } from "@onestep/core";

/**
 * A Chebyshev grid in log q between two positive numbers. Averages of q ↦ h(q) over mixtures of eigenvalues are
 * analytic for |Im log q| < π whatever the ratio of the extremes, so that the logarithm makes the number of nodes grow
 * with the logarithm of the condition number instead of its square root.
 */
export interface ChebyshevGrid {
  /** q at the nodes, `[count]` */
  readonly nodes: Float64Array;
  /** Log q, moved to [−1, 1]. */
  place(logarithm: number): number;
  /** Values at the nodes → coefficients of T₀, T₁, …, `[count]` to `[count]`. */
  coefficients(values: Float64Array): Float64Array;
  /** The transpose of `coefficients`: a functional of coefficients → the same functional of values. */
  dualCoefficients(functional: Float64Array): Float64Array;
  /** T₀, T₁, … at q: the functional that evaluates there, `[count]` */
  evaluation(q: number): Float64Array;
}

/** A grid of `count` nodes from `least` to `most`, with 0 < least < most. */
export function logChebyshevGrid(count: number, least: number, most: number): ChebyshevGrid {
  const centre = (log(most) + log(least)) / 2;
  const halfWidth = (log(most) - log(least)) / 2;
  const angle = (j: number): number => (Math.PI * (j + 0.5)) / count;
  const place = (logarithm: number): number => Math.max(-1, Math.min(1, (logarithm - centre) / halfWidth));

  // Row m: the discrete cosine transform that reads coefficient m off the values.
  const transform = new Float64Array(count * count);
  for (let m = 0; m < count; m++) {
    for (let j = 0; j < count; j++) {
      transform[m * count + j] = ((m === 0 ? 1 : 2) / count) * cos(m * angle(j));
    }
  }
  return {
    nodes: Float64Array.from({ length: count }, (_, j) => exp(centre + halfWidth * cos(angle(j)))),
    place,
    coefficients: (values) => applyRows(transform, values),
    dualCoefficients: (functional) => applyColumns(transform, functional),
    evaluation: (q) => chebyshevPolynomials(place(log(q)), new Float64Array(count)),
  };
}

/** T₀(x), T₁(x), …, as many as there is room for. */
export function chebyshevPolynomials(x: number, into: Float64Array): Float64Array {
  into[0] = 1;
  if (into.length > 1) into[1] = x;
  for (let m = 2; m < into.length; m++) into[m] = 2 * x * into[m - 1] - into[m - 2];
  return into;
}

/** y = Mx for a square, row-major M. */
function applyRows(matrix: Float64Array, x: Float64Array): Float64Array {
  const size = x.length;
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j] * x[j];
    result[i] = sum;
  }
  return result;
}

/** y = Mᵀx for a square, row-major M. */
function applyColumns(matrix: Float64Array, x: Float64Array): Float64Array {
  const size = x.length;
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) result[j] = result[j] + matrix[i * size + j] * x[i];
  }
  return result;
}
