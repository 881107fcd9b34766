import { covarianceFromSpectrum, type Covariance } from "@onestep/core";
import { array, double, tuple, type Arbitrary } from "fast-check";

import { anyOrthogonal } from "./matrix.ts";

/** How spread a spectrum may be. */
export interface SpectrumOptions {
  /** Largest condition number; default 100, small enough for tolerances of a few hundred roundoffs. */
  readonly conditionNumber?: number;
}

/**
 * Any covariance `[d, d]` of controlled spectrum: Σ = Q diag(λ) Qᵀ, each λᵢ within a factor √κ of 1 (κ the largest
 * condition number), Q any orthogonal matrix. Shrinks to the identity.
 */
export function anyCovariance(dimension: number, options: SpectrumOptions = {}): Arbitrary<Covariance> {
  return tuple(anySpectrum(dimension, options), anyOrthogonal(dimension)).map(([spectrum, basis]) =>
    covarianceFromSpectrum(spectrum, basis),
  );
}

/** Any d eigenvalues within a factor √κ of 1, κ the condition number. */
export function anySpectrum(dimension: number, options: SpectrumOptions = {}): Arbitrary<Float64Array> {
  const reach = Math.log(options.conditionNumber ?? 100) / 2;
  return array(double({ min: -1, max: 1, noNaN: true }), { minLength: dimension, maxLength: dimension }).map(
    (exponents) => Float64Array.from(exponents, (exponent) => Math.exp(reach * exponent)),
  );
}
