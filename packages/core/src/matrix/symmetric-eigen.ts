import { EigenvalueDecomposition } from "ml-matrix";
import { NumericalError } from "../errors.ts";
import { symmetricPart } from "./arithmetic.ts";
import { fromLibrary, toLibrary } from "./library.ts";
import { requireFinite, zeros, type Matrix } from "./matrix.ts";
import { requireSymmetric } from "./shapes.ts";

/** a = V·diag(λ)·Vᵀ */
export interface SymmetricEigen {
  /** λ, ascending */
  readonly values: Float64Array;
  /** V, orthogonal; column k belongs to λₖ */
  readonly vectors: Matrix;
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix.
 *
 * @throws ShapeError unless square
 * @throws NumericalError unless symmetric up to rounding
 *
 * @example
 * Array.from(symmetricEigen(diagonal([3, 1, 2])).values); // => [1, 2, 3]
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  requireFinite("symmetricEigen", a);
  requireSymmetric("symmetricEigen", a);
  const found = new EigenvalueDecomposition(toLibrary(symmetricPart(a)), { assumeSymmetric: true });
  const unsorted = found.realEigenvalues;
  const order = unsorted.map((_, at) => at).sort((i, j) => unsorted[i] - unsorted[j]);
  const columns = fromLibrary(found.eigenvectorMatrix);
  const d = a.rows;
  const vectors = zeros(d, d);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) vectors.values[i * d + k] = columns.values[i * d + order[k]]!;
  }
  return { values: Float64Array.from(order, (at) => unsorted[at]), vectors };
}

/**
 * The function f of a symmetric matrix: V·diag(f(λ))·Vᵀ, symmetric to the last bit.
 *
 * @throws NumericalError if f is not finite at an eigenvalue
 *
 * @example
 * toRows(symmetricFunction(diagonal([4, 9]), Math.sqrt)); // => [[2, 0], [0, 3]]
 */
export function symmetricFunction(a: Matrix, f: (eigenvalue: number) => number): Matrix {
  const { values, vectors } = symmetricEigen(a);
  return fromSpectrum(
    values.map((eigenvalue) => {
      const image = f(eigenvalue);
      if (Number.isFinite(image)) return image;
      throw new NumericalError({
        where: "symmetricFunction",
        expected: "a function that is finite at every eigenvalue",
        arrived: `${image} at the eigenvalue ${eigenvalue}`,
        hint: "keep the spectrum inside the function's domain, or map such eigenvalues to 0 for a pseudo-inverse",
      });
    }),
    vectors,
  );
}

/** V·diag(λ)·Vᵀ, symmetric to the last bit. */
export function fromSpectrum(eigenvalues: Float64Array, vectors: Matrix): Matrix {
  const { rows, columns, values } = vectors;
  const result = zeros(rows, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += values[i * columns + k] * eigenvalues[k] * values[j * columns + k];
      result.values[i * rows + j] = sum;
      result.values[j * rows + i] = sum;
    }
  }
  return result;
}
