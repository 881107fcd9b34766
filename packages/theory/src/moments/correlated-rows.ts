import {
  add,
  DomainError,
  expm1,
  type GaussianLinearSetting,
  log1p,
  type PromptMoments,
  scale,
  trace,
} from "@onestep/core";
import { seenSignal, signalSandwich } from "../numerics/seen-signal.ts";
import { requireContextLength, requireInRange, requireNonNegative } from "../require.ts";
import { requireSetting } from "./gaussian-linear.ts";

/**
 * The moments of a Gaussian linear law whose rows are correlated, Cov(xᵢ, xⱼ) = R_ij Σ, and whose query is independent.
 *
 * $$ B = n^2\,\Sigma\Omega\Sigma + s_2\big(\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\Sigma\big) + n\sigma^2\Sigma, \qquad s_2 = \sum_{ij} R_{ij}^2 $$
 *
 * Isserlis over pairs of rows; R enters through s₂ alone. Independent rows have s₂ = n.
 *
 * @param squaredCorrelations s₂, from n (independent) to n² (one row repeated); `ar1SquaredCorrelations` for AR(1)
 * @throws DomainError for s₂ outside [n, n²], n < 1 or σ² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, Isserlis' theorem over pairs of rows.
 *
 * @example
 * const setting = { contextLength: 2, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * correlatedRowMoments(setting, 4).strata[0].stepMoment.values; // => [12]
 */
export function correlatedRowMoments(setting: GaussianLinearSetting, squaredCorrelations: number): PromptMoments {
  requireSetting("correlatedRowMoments", setting);
  const { contextLength: n, covariates, noiseVariance } = setting;
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
  const sandwich = signalSandwich(setting);
  const signal = trace(seenSignal(setting));
  const stepMoment = add(
    scale(sandwich, n * n + squaredCorrelations),
    scale(sigma, squaredCorrelations * signal + n * noiseVariance),
  );
  requireInRange("correlatedRowMoments", "step moment", stepMoment.values);
  return {
    contextLength: n,
    dimension: covariates.dimension,
    crossMoment: scale(sandwich, n),
    strata: [{ probability: 1, querySecondMoment: sigma, stepMoment }],
    responseSecondMoment: signal + noiseVariance,
    evenPartDecouples: "proved",
  };
}

/**
 * s₂ = Σ_ij ρ^{2|i−j|} of a stationary AR(1) chain of n rows.
 *
 * $$ s_2 = n\,\frac{1+r}{1-r} - \frac{2r(1-r^n)}{(1-r)^2}, \qquad r = \rho^2 $$
 *
 * Near |ρ| = 1 the two terms cancel; there the series in 1 − r is summed, whose terms fall like (n(1−r))^m/(m+2)!:
 *
 * $$ s_2 = n^2 + 2\sum_{m\ge1} (r-1)^m \binom{n+1}{m+2} $$
 *
 * @param contextLength n ≥ 1
 * @param correlation ρ, −1 ≤ ρ ≤ 1
 * @throws DomainError for n < 1 or |ρ| > 1
 *
 * Source: own derivation, the geometric sum over |i − j|.
 *
 * @example
 * ar1SquaredCorrelations(6, 0.7); // ≈ 13.8137810898
 */
export function ar1SquaredCorrelations(contextLength: number, correlation: number): number {
  requireContextLength("ar1SquaredCorrelations", contextLength);
  requireNonNegative("ar1SquaredCorrelations", "1 − |ρ|", 1 - Math.abs(correlation));
  const n = contextLength;
  const r = correlation * correlation;
  // 1 − r without the cancellation
  const gap = (1 - Math.abs(correlation)) * (1 + Math.abs(correlation));
  if (n * gap > 1) return (n * (1 + r)) / gap + (2 * r * expm1(n * log1p(-gap))) / (gap * gap);
  // Σ_{i<j} C(j−i, m) = C(n+1, m+2), in r^k = (1 − gap)^k.
  let sum = n * n;
  let term = n * (n + 1);
  for (let m = 1; m <= 18; m++) {
    term *= (-gap * (n - m)) / (m + 2);
    sum += term;
  }
  return sum;
}
