import {
  frobeniusNorm,
  identity,
  multiply,
  scale,
  squareRoot,
  subtract,
  trace,
  type Covariance,
  type Matrix,
} from "@onestep/core";

/** ‖Γ − Γ*‖_F / ‖Γ*‖_F. */
export function relativeDistance(preconditioner: Matrix, optimum: Matrix): number {
  return frobeniusNorm(subtract(preconditioner, optimum)) / frobeniusNorm(optimum);
}

/** ‖Γ − cI‖_F / ‖cI‖_F, c = tr Γ/d: the least distance from a multiple of the identity, as a part of that multiple. */
export function distanceFromScalars(preconditioner: Matrix): number {
  const d = preconditioner.rows;
  return relativeDistance(preconditioner, scale(identity(d), trace(preconditioner) / d));
}

/**
 * The root mean square of the off-diagonal entries of Σ^{1/2}(Γ − Γ*)Σ^{1/2}, in units of the optimum's mean eigenvalue
 * tr(Σ^{1/2}Γ*Σ^{1/2})/d in the same coordinates. 0 in one dimension.
 */
export function offDiagonalError(preconditioner: Matrix, optimum: Matrix, covariates: Covariance): number {
  const dimension = optimum.rows;
  if (dimension === 1) return 0;
  const root = squareRoot(covariates);
  const difference = multiply(root, subtract(preconditioner, optimum), root);
  let squares = 0;
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) if (i !== j) squares += difference.values[i * dimension + j] ** 2;
  }
  const unit = trace(multiply(root, optimum, root)) / dimension;
  return Math.sqrt(squares / (dimension * (dimension - 1))) / Math.abs(unit);
}
