import { SingularValueDecomposition } from "ml-matrix";
import { fromLibrary, toLibrary } from "./library.ts";
import { requireFinite, type Matrix } from "./matrix.ts";

/** a = left·diag(values)·rightᵀ, with k = min(rows, columns) */
export interface Svd {
  /** `[rows, k]`, orthonormal columns */
  readonly left: Matrix;
  /** `[k]`, descending, not negative */
  readonly values: Float64Array;
  /** `[columns, k]`, orthonormal columns */
  readonly right: Matrix;
}

/**
 * The thin singular value decomposition.
 *
 * @example
 * Array.from(svd(matrixFromRows([[0, 2], [1, 0]])).values); // => [2, 1]
 */
export function svd(a: Matrix): Svd {
  requireFinite("svd", a);
  const found = new SingularValueDecomposition(toLibrary(a), { autoTranspose: true });
  const count = Math.min(a.rows, a.columns);
  return {
    left: firstColumns(fromLibrary(found.leftSingularVectors), count),
    values: Float64Array.from(found.diagonal).subarray(0, count),
    right: firstColumns(fromLibrary(found.rightSingularVectors), count),
  };
}

function firstColumns(a: Matrix, count: number): Matrix {
  if (a.columns === count) return a;
  const values = new Float64Array(a.rows * count);
  for (let i = 0; i < a.rows; i++) values.set(a.values.subarray(i * a.columns, i * a.columns + count), i * count);
  return { rows: a.rows, columns: count, values };
}
