import { maxAbs, multiply, trace, zeros, type Covariance, type LsaParameters, type Matrix } from "@onestep/core";
import { requireCovariance, requireSize, requireSquare } from "../require.ts";

/**
 * Parameters of one linear attention layer that perform exactly the step Γ.
 *
 * $$ u = e_{d+1}, \qquad M = \begin{pmatrix}\Gamma^\top & 0\\ 0 & 0\end{pmatrix}, \qquad \hat y = u^\top G M v_q = x_q^\top\,\Gamma\,X^\top y $$
 *
 * The canonical representative of all parameters with this step and no even part: the others are (c·u, M/c), with any
 * last column of M.
 *
 * @param preconditioner Γ, `[d, d]`
 * @returns keyQuery `[d+1, d+1]`, valueProjection `[d+1, 1]`
 * @throws ShapeError, DomainError for a matrix that is not square or not finite
 *
 * Source: own derivation, the blocks of uᵀG M v_q.
 *
 * @example
 * toRows(liftToLsa(matrixFromRows([[1, 2], [3, 4]])).keyQuery); // => [[1, 3, 0], [2, 4, 0], [0, 0, 0]]
 */
export function liftToLsa(preconditioner: Matrix): LsaParameters<Matrix> {
  requireSquare("liftToLsa", "preconditioner", preconditioner);
  const d = preconditioner.rows;
  const keyQuery = zeros(d + 1, d + 1);
  const valueProjection = zeros(d + 1, 1);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) keyQuery.values[i * (d + 1) + j] = preconditioner.values[j * d + i]!;
  }
  valueProjection.values[d] = 1;
  return { keyQuery, valueProjection };
}

/**
 * η when Γ = ηI up to rounding (2⁻⁴⁰ of the largest entry), otherwise null.
 *
 * $$ \eta = \tfrac1d\,\mathrm{tr}\,\Gamma $$
 *
 * @param preconditioner Γ, `[d, d]`
 * @throws ShapeError, DomainError for a matrix that is not square or not finite
 *
 * Source: own derivation, the trace of ηI.
 *
 * @example
 * stepSizeOf(matrixFromRows([[0.25, 0], [0, 0.25]])); // => 0.25
 */
export function stepSizeOf(preconditioner: Matrix): number | null {
  requireSquare("stepSizeOf", "preconditioner", preconditioner);
  return multipleOfIdentity(preconditioner, 2 ** -40 * maxAbs(preconditioner));
}

/**
 * η when Γ = ηΣ⁻¹ up to rounding, otherwise null; null too where Σ is singular.
 *
 * $$ \eta = \tfrac1d\,\mathrm{tr}(\Gamma\Sigma) $$
 *
 * The product ΓΣ is compared with ηI to 2⁻⁴⁰, plus the rounding that the condition of Σ puts into the product.
 *
 * @param preconditioner Γ, `[d, d]`
 * @param covariates Σ, `[d, d]`
 * @throws ShapeError, DomainError for matrices that are not of one size or not finite
 *
 * Source: own derivation, the trace of ηΣ⁻¹Σ.
 *
 * @example
 * whitenedStepSize(matrixFromRows([[0.25, 0], [0, 0.5]]), covariance(matrixFromRows([[2, 0], [0, 1]]))); // => 0.5
 */
export function whitenedStepSize(preconditioner: Matrix, covariates: Covariance): number | null {
  requireCovariance("whitenedStepSize", "covariates", covariates);
  const d = covariates.dimension;
  requireSize("whitenedStepSize", "preconditioner", preconditioner, d, d);
  if (covariates.rank < d) return null;
  const product = multiply(preconditioner, covariates.matrix);
  const rounding = 8 * d * 2 ** -53 * maxAbs(preconditioner) * maxAbs(covariates.matrix);
  const scaleOfProduct = maxAbs(product);
  return multipleOfIdentity(product, Math.min(2 ** -40 * scaleOfProduct + rounding, 2 ** -20 * scaleOfProduct));
}

function multipleOfIdentity(matrix: Matrix, tolerance: number): number | null {
  const d = matrix.rows;
  const multiple = trace(matrix) / d;
  const within = matrix.values.every((value, at) => {
    const onDiagonal = at % (d + 1) === 0;
    return Math.abs(value - (onDiagonal ? multiple : 0)) <= tolerance;
  });
  return within ? multiple : null;
}
