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
  return {
    left: fromLibrary(found.leftSingularVectors),
    values: Float64Array.from(found.diagonal),
    right: fromLibrary(found.rightSingularVectors),
  };
}
