import { DomainError, NumericalError, ShapeError } from "../errors.ts";
import { maxAbs, subtract, transpose } from "../matrix/arithmetic.ts";
import { identity, type Matrix } from "../matrix/matrix.ts";
import { multiply } from "../matrix/multiply.ts";
import { fromSpectrum, symmetricEigen, symmetricFunction } from "../matrix/symmetric-eigen.ts";
import { describeSize } from "../matrix/shapes.ts";
import { covariance, type Covariance } from "./covariance.ts";

/**
 * V·diag(λ)·Vᵀ for eigenvalues λ and an orthogonal V.
 *
 * @param eigenvalues λ, `[d]`, none negative
 * @param basis V, `[d, d]`, column k belongs to λₖ; omitted means the coordinate axes
 * @throws DomainError for a negative eigenvalue
 * @throws NumericalError if the basis is not orthogonal
 *
 * @example
 * toRows(covarianceFromSpectrum([4, 9]).factor); // => [[2, 0], [0, 3]]
 */
export function covarianceFromSpectrum(
  eigenvalues: ArrayLike<number>,
  basis: Matrix = identity(eigenvalues.length),
): Covariance {
  const lambda = Float64Array.from(eigenvalues);
  const d = lambda.length;
  if (basis.rows !== d || basis.columns !== d) {
    throw new ShapeError({
      where: "covarianceFromSpectrum",
      expected: `a ${d}×${d} basis for ${d} eigenvalues`,
      arrived: describeSize(basis),
      hint: "give one eigenvalue per column of the basis",
    });
  }
  const negative = lambda.find((value) => !(value >= 0));
  if (negative !== undefined) {
    throw new DomainError({
      where: "covarianceFromSpectrum",
      expected: "eigenvalues that are at least 0",
      arrived: String(negative),
      hint: "a covariance has no negative eigenvalue; did a logarithm of an eigenvalue slip in?",
    });
  }
  const defect = maxAbs(subtract(multiply(transpose(basis), basis), identity(d)));
  if (!(defect <= 64 * d * 2 ** -53)) {
    throw new NumericalError({
      where: "covarianceFromSpectrum",
      expected: "an orthogonal basis, VᵀV = I",
      arrived: `a deviation of ${defect}`,
      hint: "orthonormalise the columns, for instance with symmetricEigen of a symmetric matrix",
    });
  }
  return covariance(fromSpectrum(lambda, basis));
}

/**
 * Σ⁻¹.
 *
 * @throws NumericalError if Σ is singular
 *
 * @example
 * toRows(inverseCovariance(isotropic(2, 4)).matrix); // => [[0.25, 0], [0, 0.25]]
 */
export function inverseCovariance(c: Covariance): Covariance {
  return covariance(powerOf("inverseCovariance", c, (eigenvalue) => 1 / eigenvalue));
}

/**
 * λ_max/λ_min; `Infinity` where Σ is singular.
 *
 * @example
 * conditionNumber(covariance(diagonal([1, 4]))); // => 4
 * conditionNumber(covariance(diagonal([1, 0]))); // => Infinity
 */
export function conditionNumber(c: Covariance): number {
  if (c.rank < c.dimension) return Infinity;
  const { values } = symmetricEigen(c.matrix);
  return values[0] > 0 ? values[values.length - 1] / values[0] : Infinity;
}

/**
 * Σ^½, symmetric and positive semidefinite.
 *
 * @example
 * toRows(squareRoot(covariance(diagonal([4, 9])))); // => [[2, 0], [0, 3]]
 */
export function squareRoot(c: Covariance): Matrix {
  return symmetricFunction(c.matrix, (eigenvalue) => Math.sqrt(Math.max(eigenvalue, 0)));
}

/**
 * Σ^−½, symmetric.
 *
 * @throws NumericalError if Σ is singular
 *
 * @example
 * toRows(inverseSquareRoot(covariance(diagonal([4, 16])))); // => [[0.5, 0], [0, 0.25]]
 */
export function inverseSquareRoot(c: Covariance): Matrix {
  return powerOf("inverseSquareRoot", c, (eigenvalue) => 1 / Math.sqrt(eigenvalue));
}

function powerOf(where: string, c: Covariance, power: (eigenvalue: number) => number): Matrix {
  const singular = (arrived: string): NumericalError =>
    new NumericalError({
      where,
      expected: "a positive definite covariance",
      arrived,
      hint: "drop the dependent coordinates, or add a small variance to each",
    });
  if (c.rank < c.dimension) throw singular(`one of rank ${c.rank} in dimension ${c.dimension}`);
  return symmetricFunction(c.matrix, (eigenvalue) => {
    if (eigenvalue > 0) return power(eigenvalue);
    throw singular(`the eigenvalue ${eigenvalue}, zero up to rounding`);
  });
}
