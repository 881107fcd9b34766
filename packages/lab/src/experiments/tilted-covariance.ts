import { covarianceFromSpectrum, exp, identity, log, outer, scale, subtract, type Covariance } from "@onestep/core";

/**
 * An anisotropic covariance without a preferred axis: eigenvalues in geometric progression from 1 down to `smallest`,
 * in the basis I − (2/d)·11ᵀ, which has no zero entry for d > 2.
 */
export function tiltedCovariance(dimension: number, smallest: number): Covariance {
  const last = Math.max(dimension - 1, 1);
  const ratio = exp(log(smallest) / last);
  const eigenvalues = Float64Array.from({ length: dimension });
  for (let i = 0, eigenvalue = 1; i < dimension; i++, eigenvalue *= ratio) eigenvalues[i] = eigenvalue;
  const ones = new Float64Array(dimension).fill(1);
  const reflection = subtract(identity(dimension), scale(outer(ones, ones), 2 / dimension));
  return covarianceFromSpectrum(eigenvalues, reflection);
}
