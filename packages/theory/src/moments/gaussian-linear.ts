import {
  add,
  multiply,
  scale,
  ShapeError,
  trace,
  traceOfProduct,
  type Covariance,
  type GaussianLinearSetting,
  type PromptMoments,
} from "@onestep/core";
import { requireContextLength, requireCovariance, requireFields, requireInRange, requireVariance } from "../require.ts";
import { seenSignal, signalSandwich } from "../numerics/seen-signal.ts";

/** The gate for Gaussian linear settings: n ≥ 1, σ² ≥ 0 and one dimension. */
export function requireSetting(where: string, setting: GaussianLinearSetting): void {
  requireFields(where, "a setting", setting, ["contextLength", "covariates", "tasks", "noiseVariance"]);
  requireContextLength(where, setting.contextLength);
  requireVariance(where, "noise variance", setting.noiseVariance);
  requireSameDimension(where, setting.covariates, setting.tasks);
}

function requireSameDimension(where: string, covariates: Covariance, tasks: Covariance): void {
  requireCovariance(where, "covariates", covariates);
  requireCovariance(where, "tasks", tasks);
  if (covariates.dimension === tasks.dimension) return;
  throw new ShapeError({
    where,
    expected: `tasks of the covariates' dimension, ${covariates.dimension}`,
    arrived: `dimension ${tasks.dimension}`,
    hint: "Σ and Ω are both d×d",
  });
}

/** τ = tr(ΣΩ) + σ², the second moment of a response. */
export function responseVariance(setting: GaussianLinearSetting): number {
  return trace(seenSignal(setting)) + setting.noiseVariance;
}

/**
 * The moments of a Gaussian linear law: x ~ N(0, Σ), w of mean 0 and second moment Ω, y = ⟨w, x⟩ + ε.
 *
 * $$ B = n(n+1)\Sigma\Omega\Sigma + n\tau\Sigma, \qquad A = n\Sigma\Omega\Sigma_q, \qquad \tau = \mathrm{tr}(\Sigma\Omega) + \sigma^2 $$
 *
 * @param queryCovariates Σ_q, when the query does not follow the law of the context
 * @throws DomainError for n < 1 or σ² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, Isserlis' theorem in the rows of the context.
 *
 * @example
 * const setting = { contextLength: 2, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * gaussianLinearMoments(setting).strata[0].stepMoment.values; // => [8]
 */
export function gaussianLinearMoments(setting: GaussianLinearSetting, queryCovariates?: Covariance): PromptMoments {
  requireSetting("gaussianLinearMoments", setting);
  const { contextLength: n, covariates, tasks, noiseVariance } = setting;
  const query = queryCovariates ?? covariates;
  requireSameDimension("gaussianLinearMoments", query, tasks);
  const sigma = covariates.matrix;
  const omega = tasks.matrix;
  const sandwich = signalSandwich(setting);
  const isSameLaw = query === covariates;
  const stepMoment = add(scale(sandwich, n * (n + 1)), scale(sigma, n * responseVariance(setting)));
  const crossMoment = scale(isSameLaw ? sandwich : multiply(sigma, omega, query.matrix), n);
  requireInRange("gaussianLinearMoments", "moment", [...stepMoment.values, ...crossMoment.values]);
  return {
    contextLength: n,
    dimension: covariates.dimension,
    crossMoment,
    strata: [{ probability: 1, querySecondMoment: query.matrix, stepMoment }],
    responseSecondMoment: isSameLaw ? responseVariance(setting) : traceOfProduct(query.matrix, omega) + noiseVariance,
    evenPartDecouples: "proved",
  };
}
