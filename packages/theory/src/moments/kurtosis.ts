import { DomainError } from "@onestep/core";
import { requireDimension } from "../require.ts";

/**
 * Fourth moments κ = E z⁴ of the standardised coordinates that laws use.
 *
 * $$ \kappa = \mathbb{E}\,z^4, \qquad \mathbb{E}\,z = 0,\quad \mathbb{E}\,z^2 = 1 $$
 *
 * Source: own derivation, the fourth moments of ±1, of the uniform law on (−√3, √3), of N(0, 1), of the Laplace law of
 * scale 1/√2 and of the exponential law less its mean.
 *
 * @example
 * kurtosisOf.uniform; // => 1.8
 */
export const kurtosisOf: Readonly<Record<"rademacher" | "uniform" | "gaussian" | "laplace" | "exponential", number>> = {
  rademacher: 1,
  uniform: 9 / 5,
  gaussian: 3,
  laplace: 6,
  exponential: 9,
};

/**
 * κ of a Student-t coordinate rescaled to variance 1.
 *
 * $$ \kappa = \frac{3(\nu-2)}{\nu-4} $$
 *
 * @param degreesOfFreedom ν
 * @throws DomainError unless 4 < ν < ∞: heavier tails have no fourth moment
 *
 * Source: own derivation, 3 times E t² of `studentRadialFactor`.
 *
 * @example
 * studentKurtosis(10); // => 4
 */
export function studentKurtosis(degreesOfFreedom: number): number {
  return 3 * studentRadialFactor(degreesOfFreedom);
}

/**
 * The radial factor q of the multivariate t rescaled to covariance Σ, for `ellipticalFourthMoment`.
 *
 * $$ q = \mathbb{E}\,t^2 = \frac{\nu-2}{\nu-4}, \qquad t = \frac{\nu-2}{\chi^2_\nu} $$
 *
 * @param degreesOfFreedom ν
 * @throws DomainError unless 4 < ν < ∞
 *
 * Source: own derivation, the inverse moments of χ²_ν.
 *
 * @example
 * studentRadialFactor(6); // => 2
 */
export function studentRadialFactor(degreesOfFreedom: number): number {
  if (degreesOfFreedom > 4 && degreesOfFreedom < Infinity) return (degreesOfFreedom - 2) / (degreesOfFreedom - 4);
  throw new DomainError({
    where: "studentRadialFactor",
    expected: "more than 4 degrees of freedom, finitely many",
    arrived: String(degreesOfFreedom),
    hint: "the closed forms need fourth moments of the covariates; raise degreesOfFreedom above 4",
  });
}

/**
 * The radial factor q of the uniform law on the sphere of radius √d, for `ellipticalFourthMoment`: the smallest there is.
 *
 * $$ q = \frac{d}{d+2} $$
 *
 * @param dimension d ≥ 1
 * @throws DomainError for d < 1 or a d that is not whole
 *
 * Source: own derivation, r⁴ = d² in q = E r⁴/(d(d+2)).
 *
 * @example
 * sphereRadialFactor(2); // => 0.5
 */
export function sphereRadialFactor(dimension: number): number {
  requireDimension("sphereRadialFactor", dimension);
  return dimension / (dimension + 2);
}
