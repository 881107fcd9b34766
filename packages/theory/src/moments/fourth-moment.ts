import {
  add,
  covariance,
  DomainError,
  multiply,
  scale,
  symmetricPart,
  trace,
  traceOfProduct,
  transpose,
  type Matrix,
} from "@onestep/core";
import { sandwich, whitenedTasks } from "../numerics/seen-signal.ts";
import {
  requireFields,
  requireFiniteNumber,
  requireInRange,
  requireMatrix,
  requireNonNegative,
  requireSize,
  requireVariance,
} from "../require.ts";

/**
 * E[x xᵀΩx xᵀ] of x ~ N(0, Σ) (Isserlis).
 *
 * $$ M_4(\Omega) = 2\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\Sigma $$
 *
 * @param covariates Σ, `[d, d]`
 * @param tasks Ω, `[d, d]`; only its symmetric part matters
 * @throws DomainError, ShapeError, NumericalError as `ellipticalFourthMoment`
 *
 * Source: own derivation, Isserlis' theorem for four Gaussian factors.
 *
 * @example
 * gaussianFourthMoment(identity(1), identity(1)).values; // => [3]
 */
export function gaussianFourthMoment(covariates: Matrix, tasks: Matrix): Matrix {
  requireMatrix("gaussianFourthMoment", "covariates", covariates);
  requireMatrix("gaussianFourthMoment", "tasks", tasks);
  return ellipticalFourthMoment(covariates, 1, tasks);
}

/**
 * E[x xᵀΩx xᵀ] of elliptical covariates x = r Σ^{1/2} u, u uniform on the unit sphere, E r² = d.
 *
 * $$ M_4(\Omega) = q\,\big(2\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\Sigma\big), \qquad q = \frac{\mathbb{E}\,r^4}{d(d+2)} $$
 *
 * A Gaussian scale mixture x = √t Σ^{1/2} g, E t = 1, has q = E t². By Jensen's inequality E‖x‖⁴ ≥ (E‖x‖²)², so q is
 * at least that of the sphere, r/(r+2) with r the rank of Σ.
 *
 * @param covariates Σ, `[d, d]`
 * @param radialFactor q, 1 for the Gaussian; `studentRadialFactor` and `sphereRadialFactor` know two more
 * @param tasks Ω, `[d, d]`; only its symmetric part matters
 * @throws DomainError for entries that are not finite, or a q that breaks Jensen's inequality
 * @throws ShapeError unless Σ and Ω are d×d
 * @throws NumericalError unless Σ is symmetric and positive semidefinite, or if the result overflows
 *
 * Source: own derivation, Isserlis' theorem given the radius.
 *
 * @example
 * ellipticalFourthMoment(identity(1), sphereRadialFactor(1), identity(1)).values; // => [1]
 */
export function ellipticalFourthMoment(covariates: Matrix, radialFactor: number, tasks: Matrix): Matrix {
  const where = "ellipticalFourthMoment";
  requireMatrix(where, "covariates", covariates);
  const gated = covariance(covariates);
  const sigma = gated.matrix;
  requireSize(where, "tasks", tasks, sigma.rows, sigma.rows);
  requireNonNegative(where, "radial factor", radialFactor);
  const energy = trace(sigma) ** 2;
  if (radialFactor * (2 * traceOfProduct(sigma, sigma) + energy) < energy * (1 - 2 ** -40)) {
    throw new DomainError({
      where,
      expected: "a radial factor q with E‖x‖⁴ = q(2 tr Σ² + (tr Σ)²) at least (E‖x‖²)² = (tr Σ)²",
      arrived: `q = ${radialFactor} in dimension ${sigma.rows}`,
      hint: "q is 1 for Gaussian covariates, d/(d + 2) on the sphere, and not smaller in d dimensions",
    });
  }
  const seen = whitenedTasks(gated, tasks);
  const moment = scale(add(scale(sandwich(gated, seen), 2), scale(sigma, trace(seen))), radialFactor);
  requireInRange(where, "fourth moment", moment.values);
  return moment;
}

/**
 * E[x xᵀΩx xᵀ] of x = A z with independent coordinates z of mean 0, variance 1 and fourth moment κ.
 *
 * $$ M_4(\Omega) = A\,\big[2\tilde\Omega + \mathrm{tr}(\tilde\Omega) I + (\kappa-3)\,\mathrm{diag}(\tilde\Omega)\big]A^\top, \qquad \tilde\Omega = A^\top\Omega A $$
 *
 * The coordinates' skewness does not enter. Where Ω̃ is not diagonal and κ ≠ 3, Γ* is not symmetric.
 *
 * @param mixing A, `[d, k]`
 * @param kurtosis κ = E z⁴ ≥ (E z²)² = 1, plain, not the excess over 3; `kurtosisOf` and `studentKurtosis` know some
 * @param tasks Ω, `[d, d]`; only its symmetric part matters
 * @throws DomainError for κ < 1 or entries that are not finite
 * @throws ShapeError unless Ω is d×d
 * @throws NumericalError if the result overflows
 *
 * Source: own derivation, E z_i z_j z_k z_l over the three pairings and the diagonal.
 *
 * @example
 * productFourthMoment(identity(2), 1, diagonal([1, 0])).values; // => [1, 0, 0, 1]
 */
export function productFourthMoment(mixing: Matrix, kurtosis: number, tasks: Matrix): Matrix {
  const where = "productFourthMoment";
  requireMatrix(where, "mixing", mixing);
  requireSize(where, "mixing", mixing, mixing.rows, mixing.columns);
  requireSize(where, "tasks", tasks, mixing.rows, mixing.rows);
  requireFiniteNumber(where, "kurtosis", kurtosis);
  if (kurtosis < 1) {
    throw new DomainError({
      where,
      expected: "a kurtosis κ = E z⁴ of at least (E z²)² = 1",
      arrived: String(kurtosis),
      hint: "pass the plain fourth moment, 3 for a Gaussian, not the excess over 3",
    });
  }
  const seen = multiply(transpose(mixing), symmetricPart(tasks), mixing);
  const k = mixing.columns;
  const bracket = scale(seen, 2);
  for (let i = 0; i < k; i++) bracket.values[i * (k + 1)] += trace(seen) + (kurtosis - 3) * seen.values[i * (k + 1)];
  const moment = multiply(mixing, bracket, transpose(mixing));
  requireInRange(where, "fourth moment", moment.values);
  return moment;
}

/** Noise whose variance grows with the covariate. */
export interface HeteroscedasticNoise {
  /** σ² ≥ 0, the variance at x = 0 */
  readonly variance: number;
  /** s ≥ 0 */
  readonly slope: number;
  /** Σ, `[d, d]` */
  readonly covariates: Matrix;
  /** M4(I) = E[‖x‖² x xᵀ], `[d, d]` */
  readonly fourthMoment: Matrix;
}

/**
 * E[σ²(x) x xᵀ] for noise of variance σ²·(1 + s‖x‖²/d) at x, `[d, d]`.
 *
 * $$ \mathbb{E}[\sigma^2(x)\,xx^\top] = \sigma^2\big(\Sigma + \tfrac{s}{d}\, M_4(I)\big) $$
 *
 * @throws DomainError for σ² < 0, s < 0 or entries that are not finite
 * @throws ShapeError unless Σ and M4 are d×d
 * @throws NumericalError if the result overflows
 *
 * Source: own derivation, linearity of the second moment in σ²(x).
 *
 * @example
 * const fourthMoment = gaussianFourthMoment(identity(1), identity(1));
 * heteroscedasticNoiseMoment({ variance: 1, slope: 1, covariates: identity(1), fourthMoment }).values; // => [4]
 */
export function heteroscedasticNoiseMoment(noise: HeteroscedasticNoise): Matrix {
  const where = "heteroscedasticNoiseMoment";
  requireFields(where, "noise", noise, ["variance", "slope", "covariates", "fourthMoment"]);
  const { variance, slope, covariates, fourthMoment } = noise;
  requireMatrix(where, "covariates", covariates);
  const d = covariates.rows;
  requireVariance(where, "noise variance", variance);
  requireNonNegative(where, "slope", slope);
  requireSize(where, "covariates", covariates, d, d);
  requireSize(where, "fourthMoment", fourthMoment, d, d);
  const moment = add(scale(covariates, variance), scale(fourthMoment, (variance * slope) / d));
  requireInRange(where, "noise moment", moment.values);
  return moment;
}
