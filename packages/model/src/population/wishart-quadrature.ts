import { gaussQuadrature, type Quadrature } from "@onestep/core";
import { wishartTraces } from "./wishart-traces.ts";

/** Bits of a quotient of whole numbers that are kept: those of a double, and to spare. */
const BITS = 128n;

/**
 * Gauss's rule for a polynomial f of an empirical covariance S/n, S = XᵀX with n rows of N(0, I_d):
 *
 * $$ \tfrac1d\,\mathbb{E}\,\mathrm{tr}\,f(S/n) = \sum_i w_i f(u_i), \qquad \deg f \le 2\,\mathrm{count} - 1. $$
 *
 * The recurrence of the orthogonal polynomials comes from the Hankel matrix of the traces of powers. Double precision
 * would lose all its digits there; the traces are whole numbers, and elimination keeps them whole.
 *
 * Source: Golub & Welsch, Math. Comp. 23, 1969, Section 4; Bareiss, Math. Comp. 22, 1968, for the elimination.
 */
export function wishartQuadrature(contextLength: number, dimension: number, count: number): Quadrature {
  const traces = wishartTraces(contextLength, dimension, 2 * count - 1);
  const rows = eliminated(
    Array.from({ length: count }, (_, i) => Array.from({ length: count + 1 }, (__, j) => traces[i + j])),
  );
  // Determinants of the leading blocks of all sizes, the empty one first, and of those with the last column moved by one.
  const minors = [1n, ...rows.map((row, k) => row[k])];
  const moved = [0n, ...rows.map((row, k) => row[k + 1])];
  const centres = rows.map(
    (_, k) => quotient(moved[k + 1] * minors[k] - moved[k] * minors[k + 1], minors[k + 1] * minors[k]) / contextLength,
  );
  const links = rows.map((_, k) =>
    k === 0 ? 0 : Math.sqrt(quotient(minors[k + 1] * minors[k - 1], minors[k] ** 2n)) / contextLength,
  );
  return gaussQuadrature({ centres: Float64Array.from(centres), links: Float64Array.from(links) });
}

/** Elimination without fractions: entry (k, j ≥ k) becomes the minor of rows 0, …, k and columns 0, …, k−1, j. */
function eliminated(matrix: readonly (readonly bigint[])[]): readonly (readonly bigint[])[] {
  const rows = matrix.map((row) => [...row]);
  let before = 1n;
  for (let k = 0; k < rows.length; k++) {
    for (const row of rows.slice(k + 1)) {
      const first = row[k];
      row.forEach((entry, j) => (row[j] = (entry * rows[k][k] - first * rows[k][j]) / before));
    }
    before = rows[k][k];
  }
  return rows;
}

/** A quotient of positive whole numbers of any size. */
function quotient(numerator: bigint, denominator: bigint): number {
  return Number((numerator << BITS) / denominator) / 2 ** Number(BITS);
}
