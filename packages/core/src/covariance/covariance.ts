import { DomainError, NumericalError } from "../errors.ts";
import { maxAbs, scale, subtract, symmetricPart, transpose } from "../matrix/arithmetic.ts";
import { semidefiniteCholesky } from "../matrix/cholesky.ts";
import { identity, requireFinite, zeros, type Matrix } from "../matrix/matrix.ts";
import { multiply } from "../matrix/multiply.ts";
import { requireSymmetric } from "../matrix/shapes.ts";
import { symmetricEigen } from "../matrix/symmetric-eigen.ts";

/** A second moment that has passed the gate: symmetric and positive semidefinite, with its factor at hand. */
export interface Covariance {
  /** d */
  readonly dimension: number;
  /** Σ, `[d, d]`, symmetric to the last bit */
  readonly matrix: Matrix;
  /** L, `[d, d]`, lower triangular with L·Lᵀ = Σ; column j is zero where coordinate j depends on those before it */
  readonly factor: Matrix;
  /** The number of columns of L that are not zero. */
  readonly rank: number;
}

/**
 * The one gate for covariances.
 *
 * Asymmetry within rounding is averaged away. An eigenvalue counts as not negative from −16·d·2⁻⁵³·λ_max on, which
 * is what forming a d×d second moment in floating point can do to a zero.
 *
 * @param matrix Σ, `[d, d]`
 * @throws ShapeError unless square
 * @throws DomainError for an entry that is not finite
 * @throws NumericalError unless symmetric and positive semidefinite: it names the pair of entries or the eigenvalue
 *
 * @example
 * toRows(covariance(matrixFromRows([[4, 2], [2, 10]])).factor); // => [[2, 0], [1, 3]]
 */
export function covariance(matrix: Matrix): Covariance {
  requireFinite("covariance", matrix);
  requireSymmetric("covariance", matrix);
  const symmetric = symmetricPart(matrix);
  const { factor, dependentRows } = semidefiniteCholesky(symmetric);
  if (dependentRows.length === 0) return certified(symmetric, factor);
  requireSemidefinite(symmetric);
  const defect = maxAbs(subtract(multiply(factor, transpose(factor)), symmetric));
  const sound = defect <= 8 * matrix.rows * 2 ** -53 * maxAbs(symmetric);
  return certified(symmetric, sound ? factor : echelonFactor(symmetric));
}

/**
 * `variance` times the identity.
 *
 * @throws DomainError unless 0 ≤ variance < ∞
 *
 * @example
 * toRows(isotropic(2, 9).factor); // => [[3, 0], [0, 3]]
 */
export function isotropic(dimension: number, variance: number = 1): Covariance {
  if (!(variance >= 0 && variance < Infinity)) {
    throw new DomainError({
      where: "isotropic",
      expected: "a finite variance, at least 0",
      arrived: String(variance),
      hint: "pass the variance of one coordinate, not its standard deviation with a sign",
    });
  }
  const unit = identity(dimension);
  return certified(scale(unit, variance), scale(unit, Math.sqrt(variance)));
}

function certified(matrix: Matrix, factor: Matrix): Covariance {
  const dimension = matrix.rows;
  let rank = 0;
  for (let j = 0; j < dimension; j++) if (factor.values[j * (dimension + 1)] !== 0) rank++;
  return { dimension, matrix, factor, rank };
}

function requireSemidefinite(matrix: Matrix): void {
  const { values } = symmetricEigen(matrix);
  const smallest = values[0];
  const largest = values[values.length - 1];
  if (smallest >= -16 * matrix.rows * 2 ** -53 * Math.max(largest, 0)) return;
  throw new NumericalError({
    where: "covariance",
    expected: "a positive semidefinite matrix",
    arrived: `the eigenvalue ${smallest}`,
    hint: "check the signs and sizes of the off-diagonal entries: |Σᵢⱼ| ≤ √(Σᵢᵢ Σⱼⱼ)",
  });
}

/**
 * The factor of a nearly singular matrix that the plain recursion would blur: a pivot that is only just lost can carry
 * a column as large as its square root. Rotations take the eigenvalue root V·Λ^½ of the correlation matrix to lower
 * triangular form, row by row, and lose nothing beyond rounding.
 */
function echelonFactor(matrix: Matrix): Matrix {
  const d = matrix.rows;
  const deviations = Float64Array.from({ length: d }, (_, i) => Math.sqrt(Math.max(matrix.values[i * (d + 1)], 0)));
  const weight = (i: number): number => (deviations[i] > 0 ? 1 / deviations[i] : 0);
  const correlation = zeros(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) correlation.values[i * d + j] = matrix.values[i * d + j] * weight(i) * weight(j);
  }
  const { values, vectors } = symmetricEigen(correlation);
  const cutoff = 4 * d * 2 ** -53 * values[d - 1];
  const columns: Float64Array[] = [];
  for (let k = d - 1; k >= 0 && values[k] > cutoff; k--) {
    const root = Math.sqrt(values[k]);
    columns.push(Float64Array.from({ length: d }, (_, i) => deviations[i] * root * vectors.values[i * d + k]));
  }
  return rotateToTriangle(columns, deviations);
}

/** Givens rotations among the columns: the pivot column of row i becomes column i of the result. */
function rotateToTriangle(columns: Float64Array[], deviations: Float64Array): Matrix {
  const d = deviations.length;
  const result = zeros(d, d);
  for (let i = 0; i < d && columns.length > 0; i++) {
    const pivot = columns[0];
    for (const other of columns.slice(1)) {
      const norm = Math.sqrt(pivot[i] * pivot[i] + other[i] * other[i]);
      if (norm === 0) continue;
      const cosine = pivot[i] / norm;
      const sine = other[i] / norm;
      for (let k = i; k < d; k++) {
        const [a, b] = [pivot[k], other[k]];
        pivot[k] = cosine * a + sine * b;
        other[k] = cosine * b - sine * a;
      }
    }
    if (!(Math.abs(pivot[i]) > 4 * d * 2 ** -53 * deviations[i])) continue;
    const sign = Math.sign(pivot[i]);
    for (let k = i; k < d; k++) result.values[k * d + i] = sign * pivot[k];
    columns.shift();
  }
  return result;
}
