import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting } from "../moments/gaussian-linear.ts";
import { cite } from "../sources.ts";
import { hasCovariances, rotationInvariantLaw, type LinearSetting } from "./isotropic.ts";

/**
 * The risk of least squares on the context; of its solution of least norm where n < d.
 *
 * $$ n > d+1:\ \sigma^2\Big(1+\frac{d}{n-d-1}\Big), \qquad n < d-1:\ \sigma^2 + \omega^2(d-n) + \frac{\sigma^2 n}{d-n-1} $$
 *
 * The inverse Wishart mean E S⁻¹ = I/(n−d−1), and for n < d the projection onto the span of the rows. With noise the
 * risk is infinite for |n − d| ≤ 1: `Infinity` is returned. Without noise it is 0 for n ≥ d and ω²(d − n) for n < d.
 * For n ≥ d any Σ and Ω will do, and d is the rank of Σ; for n < d, Σ must be sI on that support.
 *
 * @returns the risk, noise of the query's response included; `Infinity` where it is infinite
 * @throws AssumptionError where n < rank Σ and Σ is not a multiple of the identity
 * @throws DomainError for n < 1, d < 1, σ² < 0 or ω² < 0
 * @throws ShapeError for dimensions that differ
 *
 * Source: Breiman & Freedman 1983, Journal of the American Statistical Association 78, prediction error with Gaussian
 * regressors, for n ≥ d; Hastie et al. 2019, arXiv 1903.08560, isotropic features, exact at finite n, for n < d.
 *
 * @example
 * leastSquaresRisk({ contextLength: 12, dimension: 4, noiseVariance: 0.3 }).value; // ≈ 0.471428571429
 * leastSquaresRisk({ contextLength: 5, dimension: 5, noiseVariance: 0.3 }).value; // => Infinity
 */
export function leastSquaresRisk(setting: LinearSetting): ClosedForm<number> {
  const { contextLength: n, dimension: d, noiseVariance, taskVariance } = lawOf(setting);
  const missed = n < d ? taskVariance * (d - n) : 0;
  return {
    value: noiseVariance + missed + (noiseVariance === 0 ? 0 : noiseVariance * meanVarianceFactor(n, d)),
    formula: n < d ? String.raw`\sigma^2 + \omega^2(d-n) + \sigma^2 n/(d-n-1)` : String.raw`\sigma^2(1 + d/(n-d-1))`,
    hypotheses: [hypotheses.squaredError, hypotheses.gaussianCovariates, hypotheses.gaussianNoise],
    source:
      n < d
        ? cite("hastie-2019", "isotropic features, exact at finite n")
        : cite("breiman-1983", "prediction error with Gaussian regressors"),
  };
}

/** E tr(S⁺) for S ~ W_d(n, I), infinite for |n − d| ≤ 1. */
function meanVarianceFactor(n: number, d: number): number {
  return Math.min(n, d) / Math.max(Math.abs(n - d) - 1, 0);
}

function lawOf(setting: LinearSetting): {
  contextLength: number;
  dimension: number;
  noiseVariance: number;
  taskVariance: number;
} {
  if (hasCovariances(setting)) {
    requireSetting("leastSquaresRisk", setting);
    const { contextLength, covariates, noiseVariance } = setting;
    if (contextLength >= covariates.rank)
      return { contextLength, dimension: covariates.rank, noiseVariance, taskVariance: 0 };
  }
  return rotationInvariantLaw("leastSquaresRisk", setting);
}
