import {
  add,
  DomainError,
  multiply,
  outer,
  scale,
  ShapeError,
  trace,
  traceOfProduct,
  transpose,
  type Matrix,
} from "@onestep/core";
import { requireNonNegative, requireSize } from "../require.ts";

/**
 * E[x xᵀΩx xᵀ] of x ~ N(0, Σ), for symmetric Ω (Isserlis).
 *
 * $$ M_4(\Omega) = 2\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\Sigma $$
 *
 * @param covariates Σ, `[d, d]`
 * @param tasks Ω, `[d, d]`
 *
 * @example
 * gaussianFourthMoment(identity(1), identity(1)).values; // => [3]
 */
export function gaussianFourthMoment(covariates: Matrix, tasks: Matrix): Matrix {
  return ellipticalFourthMoment(covariates, 1, tasks);
}

/**
 * E[x xᵀΩx xᵀ] of elliptical covariates x = √t Σ^{1/2} g, g ~ N(0, I), E t = 1.
 *
 * $$ M_4(\Omega) = q\,\big(2\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\Sigma\big), \qquad q = \mathbb{E}\,t^2 $$
 *
 * @param covariates Σ, `[d, d]`
 * @param radialFactor q; `studentRadialFactor` and `sphereRadialFactor` know two
 * @param tasks Ω, `[d, d]`, symmetric
 *
 * @example
 * ellipticalFourthMoment(identity(1), sphereRadialFactor(1), identity(1)).values; // => [1]
 */
export function ellipticalFourthMoment(covariates: Matrix, radialFactor: number, tasks: Matrix): Matrix {
  requireSize("ellipticalFourthMoment", "tasks", tasks, covariates.rows, covariates.rows);
  requireNonNegative("ellipticalFourthMoment", "radial factor", radialFactor);
  const sandwich = multiply(covariates, tasks, covariates);
  return scale(add(scale(sandwich, 2), scale(covariates, traceOfProduct(covariates, tasks))), radialFactor);
}

/**
 * E[x xᵀΩx xᵀ] of x = A z with independent coordinates z of mean 0, variance 1 and fourth moment κ.
 *
 * $$ M_4(\Omega) = A\,\big[2\tilde\Omega + \mathrm{tr}(\tilde\Omega) I + (\kappa-3)\,\mathrm{diag}(\tilde\Omega)\big]A^\top, \qquad \tilde\Omega = A^\top\Omega A $$
 *
 * The coordinates' skewness does not enter. Where Ω̃ is not diagonal and κ ≠ 3, Γ* is not symmetric.
 *
 * @param mixing A, `[d, k]`
 * @param kurtosis κ = E z⁴, plain, not the excess over 3
 * @param tasks Ω, `[d, d]`, symmetric
 *
 * @example
 * productFourthMoment(identity(2), 1, diagonal([1, 0])).values; // => [1, 0, 0, 1]
 */
export function productFourthMoment(mixing: Matrix, kurtosis: number, tasks: Matrix): Matrix {
  requireSize("productFourthMoment", "tasks", tasks, mixing.rows, mixing.rows);
  requireNonNegative("productFourthMoment", "kurtosis", kurtosis);
  const seen = multiply(transpose(mixing), tasks, mixing);
  const k = mixing.columns;
  const bracket = scale(seen, 2);
  for (let i = 0; i < k; i++) bracket.values[i * (k + 1)] += trace(seen) + (kurtosis - 3) * seen.values[i * (k + 1)];
  return multiply(mixing, bracket, transpose(mixing));
}

/** A mixture of Gaussians, the component drawn afresh for every row. */
export interface GaussianMixture {
  /** π_k, summing to 1 */
  readonly weights: readonly number[];
  /** μ_k, `[d]` each */
  readonly means: readonly ArrayLike<number>[];
  /** S_k, `[d, d]` each, about the mean */
  readonly covariances: readonly Matrix[];
}

/**
 * The second moment of a mixture, Σ = Σ_k π_k (S_k + μ_k μ_kᵀ), `[d, d]`.
 *
 * @example
 * mixtureSecondMoment({ weights: [1], means: [[2]], covariances: [identity(1)] }).values; // => [5]
 */
export function mixtureSecondMoment(mixture: GaussianMixture): Matrix {
  return sumOver(mixture, (second) => second);
}

/**
 * E[x xᵀΩx xᵀ] of a mixture of Gaussians.
 *
 * $$ M_4(\Omega) = \sum_k \pi_k\big[2R_k\Omega R_k + \mathrm{tr}(R_k\Omega)R_k - 2(\mu_k^\top\Omega\mu_k)\,\mu_k\mu_k^\top\big], \qquad R_k = S_k + \mu_k\mu_k^\top $$
 *
 * @param tasks Ω, `[d, d]`, symmetric
 *
 * @example
 * mixtureFourthMoment({ weights: [1], means: [[2]], covariances: [identity(1)] }, identity(1)).values; // => [43]
 */
export function mixtureFourthMoment(mixture: GaussianMixture, tasks: Matrix): Matrix {
  return sumOver(mixture, (second, spread) =>
    add(gaussianFourthMoment(second, tasks), scale(spread, -2 * traceOfProduct(spread, tasks))),
  );
}

/** Σ_k π_k f(R_k, μ_k μ_kᵀ) */
function sumOver(mixture: GaussianMixture, f: (second: Matrix, spread: Matrix) => Matrix): Matrix {
  const { weights, means, covariances } = mixture;
  if (weights.length === 0 || means.length !== weights.length || covariances.length !== weights.length) {
    throw new ShapeError({
      where: "mixture",
      expected: "one weight, one mean and one covariance per component",
      arrived: `${weights.length} weights, ${means.length} means, ${covariances.length} covariances`,
      hint: "give the three lists the same length, at least 1",
    });
  }
  return weights
    .map((weight, k) => {
      const spread = outer(means[k], means[k]);
      return scale(f(add(covariances[k], spread), spread), weight);
    })
    .reduce((sum, term) => add(sum, term));
}

/**
 * Fourth moments κ = E z⁴ of the standardised coordinates that laws use.
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
 * κ of a Student-t coordinate rescaled to variance 1: 3(ν−2)/(ν−4).
 *
 * @throws DomainError unless ν > 4: heavier tails have no fourth moment
 *
 * @example
 * studentKurtosis(10); // => 4
 */
export function studentKurtosis(degreesOfFreedom: number): number {
  return 3 * studentRadialFactor(degreesOfFreedom);
}

/**
 * q of the multivariate t rescaled to covariance Σ: (ν−2)/(ν−4).
 *
 * @throws DomainError unless ν > 4
 *
 * @example
 * studentRadialFactor(6); // => 2
 */
export function studentRadialFactor(degreesOfFreedom: number): number {
  if (degreesOfFreedom > 4 && degreesOfFreedom < Infinity) return (degreesOfFreedom - 2) / (degreesOfFreedom - 4);
  throw new DomainError({
    where: "studentRadialFactor",
    expected: "more than 4 degrees of freedom",
    arrived: String(degreesOfFreedom),
    hint: "the closed forms need fourth moments of the covariates; raise degreesOfFreedom above 4",
  });
}

/**
 * q of the sphere of radius √d: d/(d+2).
 *
 * @example
 * sphereRadialFactor(2); // => 0.5
 */
export function sphereRadialFactor(dimension: number): number {
  return dimension / (dimension + 2);
}

/**
 * E[σ²(x) x xᵀ] for noise of variance σ²·(1 + slope·‖x‖²/d) at x.
 *
 * $$ \sigma^2\big(\Sigma + \tfrac{\mathrm{slope}}{d} M_4(I)\big) $$
 *
 * @param fourthMoment M4(I), `[d, d]`
 *
 * @example
 * heteroscedasticNoiseMoment({ variance: 1, slope: 1, covariates: identity(1), fourthMoment: matrixFromRows([[3]]) }).values; // => [4]
 */
export function heteroscedasticNoiseMoment(noise: {
  readonly variance: number;
  readonly slope: number;
  readonly covariates: Matrix;
  readonly fourthMoment: Matrix;
}): Matrix {
  const { variance, slope, covariates, fourthMoment } = noise;
  return add(scale(covariates, variance), scale(fourthMoment, (variance * slope) / covariates.rows));
}
