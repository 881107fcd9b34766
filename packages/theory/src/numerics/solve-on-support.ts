import { cholesky, multiply, NumericalError, symmetricEigen, transpose, zeros, type Matrix } from "@onestep/core";
import { symmetrised } from "./symmetrised.ts";

/**
 * The X with a·X = b for a symmetric positive semidefinite a.
 *
 * Positive definite: Cholesky, whose error is governed by the condition number of a after its diagonal is scaled to
 * one, so badly scaled coordinates cost nothing. Singular in floating point: the Moore–Penrose solution, that is the
 * one of least norm, zero outside the support of a.
 */
export function solveOnSupport(a: Matrix, b: Matrix): Matrix {
  const factor = choleskyOrNull(a);
  return factor === null ? leastNormSolution(a, b) : substitute(factor, b);
}

/** The Cholesky factor, or null where a is not positive definite in floating point. */
export function choleskyOrNull(a: Matrix): Matrix | null {
  try {
    return cholesky(symmetrised(a));
  } catch (error) {
    // An asymmetric matrix ends here too; symmetricEigen then says so.
    if (error instanceof NumericalError) return null;
    throw error;
  }
}

/** (L Lᵀ)⁻¹ b */
export function substitute(factor: Matrix, b: Matrix): Matrix {
  return lowerTransposeSolve(factor, lowerSolve(factor, b));
}

/** L⁻¹ b, whole rows at a time so that memory is walked in order. */
export function lowerSolve({ rows: d, values: l }: Matrix, b: Matrix): Matrix {
  const x = { ...b, values: Float64Array.from(b.values) };
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) subtractRow(x, i, k, l[i * d + k]);
    divideRow(x, i, l[i * (d + 1)]);
  }
  return x;
}

/** L⁻ᵀ b, likewise. */
export function lowerTransposeSolve({ rows: d, values: l }: Matrix, b: Matrix): Matrix {
  const x = { ...b, values: Float64Array.from(b.values) };
  for (let i = d - 1; i >= 0; i--) {
    divideRow(x, i, l[i * (d + 1)]);
    for (let k = 0; k < i; k++) subtractRow(x, k, i, l[i * d + k]);
  }
  return x;
}

function subtractRow({ columns, values }: Matrix, target: number, source: number, weight: number): void {
  if (weight === 0) return;
  const to = target * columns;
  const from = source * columns;
  for (let j = 0; j < columns; j++) values[to + j] -= weight * values[from + j];
}

function divideRow({ columns, values }: Matrix, target: number, divisor: number): void {
  for (let j = target * columns; j < (target + 1) * columns; j++) values[j] /= divisor;
}

function leastNormSolution(a: Matrix, b: Matrix): Matrix {
  const { values, vectors } = supportOf(a);
  const coordinates = multiply(transpose(vectors), b);
  for (let k = 0; k < coordinates.rows; k++) {
    for (let j = 0; j < b.columns; j++) coordinates.values[k * b.columns + j] /= values[k];
  }
  return multiply(vectors, coordinates);
}

/** The non-zero part of the spectrum of a symmetric positive semidefinite matrix. */
export interface Support {
  /** λ > 0, ascending, `[r]` */
  readonly values: Float64Array;
  /** orthonormal columns, `[d, r]`; one zero column and λ = 1 where the matrix is zero */
  readonly vectors: Matrix;
}

/** Eigenvalues above 16·d·2⁻⁵³ of the largest: what forming a d×d second moment in floating point leaves of a zero. */
export function supportOf(a: Matrix): Support {
  const { values, vectors } = symmetricEigen(symmetrised(a));
  const d = a.rows;
  const cutoff = 16 * d * 2 ** -53 * values[d - 1];
  const first = values.findIndex((value) => value > cutoff);
  if (first < 0) return { values: Float64Array.of(1), vectors: zeros(d, 1) };
  const kept = zeros(d, d - first);
  for (let i = 0; i < d; i++) kept.values.set(vectors.values.subarray(i * d + first, (i + 1) * d), i * (d - first));
  return { values: values.slice(first), vectors: kept };
}
