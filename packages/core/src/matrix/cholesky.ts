import { NumericalError } from "../errors.ts";
import { requireFinite, zeros, type Matrix } from "./matrix.ts";
import { requireSymmetric } from "./shapes.ts";

/**
 * The lower triangular L with positive diagonal and L·Lᵀ = a, for a symmetric positive definite matrix.
 *
 * @throws NumericalError if a is not symmetric, or not positive definite in floating point
 *
 * @example
 * toRows(cholesky(matrixFromRows([[4, 2], [2, 10]]))); // => [[2, 0], [1, 3]]
 */
export function cholesky(a: Matrix): Matrix {
  requireFinite("cholesky", a);
  requireSymmetric("cholesky", a);
  const { factor, dependentRows } = semidefiniteCholesky(a);
  const first = dependentRows[0];
  if (first === undefined) return factor;
  throw new NumericalError({
    where: "cholesky",
    expected: "a positive definite matrix",
    arrived: `a ${a.rows}×${a.rows} matrix whose leading ${first + 1}×${first + 1} block is singular or indefinite`,
    hint: "use covariance(matrix) if singular matrices are welcome, or add a small multiple of the identity",
  });
}

/**
 * The Cholesky recursion that steps over dependent rows: where the pivot (the variance of coordinate j given the
 * ones before it) is lost in the rounding of a_jj, column j stays zero. The caller judges what `dependentRows` means.
 */
export function semidefiniteCholesky(a: Matrix): { factor: Matrix; dependentRows: readonly number[] } {
  const d = a.rows;
  const factor = zeros(d, d);
  const l = factor.values;
  const dependentRows: number[] = [];
  for (let j = 0; j < d; j++) {
    const own = a.values[j * d + j];
    let pivot = own;
    for (let k = 0; k < j; k++) pivot -= l[j * d + k] * l[j * d + k];
    if (!(pivot > 4 * d * 2 ** -53 * own)) {
      dependentRows.push(j);
      continue;
    }
    const root = Math.sqrt(pivot);
    l[j * d + j] = root;
    for (let i = j + 1; i < d; i++) {
      let entry = a.values[i * d + j];
      for (let k = 0; k < j; k++) entry -= l[i * d + k] * l[j * d + k];
      l[i * d + j] = entry / root;
    }
  }
  return { factor, dependentRows };
}
