import { LuDecomposition } from "ml-matrix";
import { NumericalError } from "../errors.ts";
import { cholesky } from "./cholesky.ts";
import { fromLibrary, toLibrary } from "./library.ts";
import { identity, requireFinite, zeros, type Matrix } from "./matrix.ts";
import { requireComposable, requireSquare } from "./shapes.ts";
import { svd } from "./svd.ts";

/**
 * The x with a·x = b, by LU with partial pivoting.
 *
 * @param a `[d, d]`
 * @param b `[d, k]`
 * @throws ShapeError if the sizes do not fit
 * @throws NumericalError if a is singular in floating point
 *
 * @example
 * toRows(solve(matrixFromRows([[0, 2], [4, 0]]), matrixFromRows([[2], [8]]))); // => [[2], [1]]
 */
export function solve(a: Matrix, b: Matrix): Matrix {
  requireSystem("solve", a, b);
  const lu = new LuDecomposition(toLibrary(a));
  if (!lu.isSingular()) {
    const x = fromLibrary(lu.solve(toLibrary(b)));
    if (x.values.every(Number.isFinite)) return x;
  }
  throw new NumericalError({
    where: "solve",
    expected: "an invertible matrix",
    arrived: `a singular ${a.rows}×${a.rows} matrix`,
    hint: "use pseudoInverse for the solution of least norm",
  });
}

/**
 * The x with a·x = b for a symmetric positive definite a, by Cholesky: half the work of `solve`, and it fails where
 * a is not what it should be.
 *
 * @throws NumericalError if a is not positive definite
 *
 * @example
 * toRows(solvePositiveDefinite(diagonal([4, 16]), matrixFromRows([[8], [8]]))); // => [[2], [0.5]]
 */
export function solvePositiveDefinite(a: Matrix, b: Matrix): Matrix {
  requireSystem("solvePositiveDefinite", a, b);
  const d = a.rows;
  const l = cholesky(a).values;
  const x = zeros(d, b.columns);
  for (let column = 0; column < b.columns; column++) {
    const entry = (i: number): number => i * b.columns + column;
    for (let i = 0; i < d; i++) {
      let sum = b.values[entry(i)];
      for (let k = 0; k < i; k++) sum -= l[i * d + k] * x.values[entry(k)];
      x.values[entry(i)] = sum / l[i * d + i];
    }
    for (let i = d - 1; i >= 0; i--) {
      let sum = x.values[entry(i)];
      for (let k = i + 1; k < d; k++) sum -= l[k * d + i] * x.values[entry(k)];
      x.values[entry(i)] = sum / l[i * d + i];
    }
  }
  return x;
}

/**
 * a⁻¹.
 *
 * @throws NumericalError if a is singular in floating point
 *
 * @example
 * toRows(inverse(matrixFromRows([[0, 2], [4, 0]]))); // => [[0, 0.25], [0.5, 0]]
 */
export function inverse(a: Matrix): Matrix {
  return solve(a, identity(a.rows));
}

/**
 * The Moore–Penrose inverse: singular values below the cutoff count as zero.
 *
 * @param relativeCutoff share of the largest singular value; by default max(rows, columns)·2⁻⁵²
 *
 * @example
 * toRows(pseudoInverse(diagonal([4, 0]))); // => [[0.25, 0], [0, 0]]
 */
export function pseudoInverse(a: Matrix, relativeCutoff: number = Math.max(a.rows, a.columns) * 2 ** -52): Matrix {
  const { left, values, right } = svd(a);
  const cutoff = relativeCutoff * values[0];
  const result = zeros(a.columns, a.rows);
  values.forEach((value, k) => {
    if (value <= cutoff) return;
    for (let i = 0; i < a.columns; i++) {
      const factor = right.values[i * right.columns + k] / value;
      for (let j = 0; j < a.rows; j++) result.values[i * a.rows + j] += factor * left.values[j * left.columns + k];
    }
  });
  return result;
}

function requireSystem(where: string, a: Matrix, b: Matrix): void {
  requireSquare(where, a);
  requireComposable(where, a, b);
  requireFinite(where, a);
  requireFinite(where, b);
}
