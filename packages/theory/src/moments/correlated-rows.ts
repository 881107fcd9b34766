import {
  add,
  DomainError,
  multiply,
  scale,
  traceOfProduct,
  type GaussianLinearSetting,
  type PromptMoments,
} from "@onestep/core";
import { requireContextLength, requireNonNegative } from "../require.ts";
import { requireSetting } from "./gaussian-linear.ts";

/**
 * The moments of a Gaussian linear law whose rows are correlated, Cov(xᵢ, xⱼ) = R_ij Σ, and whose query is independent.
 *
 * $$ B = n^2\,\Sigma\Omega\Sigma + s_2\big(\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\Sigma\big) + n\sigma^2\Sigma, \qquad s_2 = \sum_{ij} R_{ij}^2 $$
 *
 * Isserlis over pairs of rows; R enters through s₂ alone. Independent rows have s₂ = n.
 *
 * @param squaredCorrelations s₂, from n (independent) to n² (one row repeated); `ar1SquaredCorrelations` for AR(1)
 * @throws DomainError, ShapeError for s₂ outside [n, n²] or an invalid setting
 *
 * @example
 * const setting = { contextLength: 2, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * correlatedRowMoments(setting, 4).strata[0].stepMoment.values; // => [12]
 */
export function correlatedRowMoments(setting: GaussianLinearSetting, squaredCorrelations: number): PromptMoments {
  requireSetting("correlatedRowMoments", setting);
  const { contextLength: n, covariates, tasks, noiseVariance } = setting;
  const rounding = 1 + 2 ** -40;
  if (!(squaredCorrelations * rounding >= n && squaredCorrelations <= n * n * rounding)) {
    throw new DomainError({
      where: "correlatedRowMoments",
      expected: `a sum of squared correlations from n = ${n} to n² = ${n * n}`,
      arrived: String(squaredCorrelations),
      hint: "sum R_ij² over all n² pairs, the diagonal included",
    });
  }
  const sigma = covariates.matrix;
  const sandwich = multiply(sigma, tasks.matrix, sigma);
  const signal = traceOfProduct(sigma, tasks.matrix);
  return {
    contextLength: n,
    dimension: covariates.dimension,
    crossMoment: scale(sandwich, n),
    strata: [
      {
        probability: 1,
        querySecondMoment: sigma,
        stepMoment: add(
          scale(sandwich, n * n + squaredCorrelations),
          scale(sigma, squaredCorrelations * signal + n * noiseVariance),
        ),
      },
    ],
    responseSecondMoment: signal + noiseVariance,
    evenPartDecouples: "proved",
  };
}

/**
 * s₂ = Σ_ij ρ^{2|i−j|} of a stationary AR(1) chain of n rows.
 *
 * $$ s_2 = n\,\frac{1+r}{1-r} - \frac{2r(1-r^n)}{(1-r)^2}, \qquad r = \rho^2 $$
 *
 * Near |ρ| = 1 the two terms cancel; there the sum n + 2Σ_k (n−k) r^k is added up as it stands.
 *
 * @param correlation ρ, −1 ≤ ρ ≤ 1
 * @throws DomainError for n < 1 or |ρ| > 1
 *
 * @example
 * ar1SquaredCorrelations(6, 0.7); // ≈ 13.8137810898
 */
export function ar1SquaredCorrelations(contextLength: number, correlation: number): number {
  requireContextLength("ar1SquaredCorrelations", contextLength);
  requireNonNegative("ar1SquaredCorrelations", "1 − |ρ|", 1 - Math.abs(correlation));
  const n = contextLength;
  const r = correlation * correlation;
  if (r === 1) return n * n;
  if (n * (1 - r) > 1) return (n * (1 + r)) / (1 - r) - (2 * r * (1 - r ** n)) / ((1 - r) * (1 - r));
  let sum = n;
  for (let k = 1, power = r; k < n; k++, power *= r) sum += 2 * (n - k) * power;
  return sum;
}
