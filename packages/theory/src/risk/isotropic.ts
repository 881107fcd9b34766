import { AssumptionError, maxAbs, symmetricEigen, trace, type GaussianLinearSetting, type Matrix } from "@onestep/core";
import { requireSetting } from "../moments/gaussian-linear.ts";
import { requireIsotropic, type IsotropicSetting } from "../optimum/step-size.ts";
import { seenSignal } from "../numerics/seen-signal.ts";

/** Gaussian linear prompts, isotropic or by their two covariances. */
export type LinearSetting = IsotropicSetting | GaussianLinearSetting;

/** Nothing at all counts as isotropic, whose gate says what is missing. */
export function hasCovariances(setting: LinearSetting): setting is GaussianLinearSetting {
  return typeof setting === "object" && setting !== null && "covariates" in setting;
}

/** The isotropic law that a risk is computed on: x ~ N(0, I), with what was scaled away. */
export interface IsotropicEquivalent extends Required<IsotropicSetting> {
  /** s of the original Σ = sI: eigenvalues of XᵀX were s times larger. */
  readonly covariateVariance: number;
}

/**
 * The isotropic law on which every rotation-equivariant estimator (gradient descent, ridge, least norm) has the same
 * risk: Σ must be sI; Ω may be anything, since only its trace survives the rotation of the covariates.
 *
 * With x = √s x̃ the task vector seen by x̃ is √s w, so ω² = s tr Ω/d.
 *
 * @throws AssumptionError where Σ is not a positive multiple of the identity
 */
export function rotationInvariantLaw(where: string, setting: LinearSetting): IsotropicEquivalent {
  if (!hasCovariances(setting)) return { ...requireIsotropic(where, setting), covariateVariance: 1 };
  requireSetting(where, setting);
  const { contextLength, covariates, tasks, noiseVariance } = setting;
  const variance = multipleOfIdentity(covariates.matrix);
  if (variance === null) {
    throw new AssumptionError({
      where,
      expected: "isotropic covariates, Σ = sI with s > 0",
      arrived: "a covariance that is not a multiple of the identity",
      hint: "average the risk over sampled contexts (lab), or whiten the covariates first",
      source: "onestep, exact Wishart spectrum",
      unmet: ["covariates x ~ N(0, sI)"],
    });
  }
  return {
    contextLength,
    dimension: covariates.dimension,
    noiseVariance,
    taskVariance: (variance * trace(tasks.matrix)) / covariates.dimension,
    covariateVariance: variance,
  };
}

/**
 * The isotropic law of Ω^{1/2}-whitened covariates, for estimators that know Σ and Ω (Bayes, tuned depth): the matrix
 * Ω^{1/2}ΣΩ^{1/2} must be ω² times a projection, as it is for Ω = ω²Σ⁻¹. Its rank is the effective dimension.
 *
 * @throws AssumptionError where its non-zero eigenvalues differ
 */
export function whitenedLaw(where: string, setting: LinearSetting): Required<IsotropicSetting> {
  if (!hasCovariances(setting)) return requireIsotropic(where, setting);
  requireSetting(where, setting);
  const { contextLength, covariates, tasks, noiseVariance } = setting;
  const seen = signalSpectrum(setting);
  const largest = seen[seen.length - 1];
  const condition = 1 + (maxAbs(covariates.matrix) * maxAbs(tasks.matrix)) / Math.max(largest, Number.MIN_VALUE);
  const tolerance = Math.min(2 ** -40 + 64 * seen.length * 2 ** -53 * condition, 2 ** -20) * largest;
  const support = seen.filter((value) => value > tolerance);
  if (support.length === 0) return { contextLength, dimension: seen.length, noiseVariance, taskVariance: 0 };
  if (largest - support[0] <= tolerance) {
    return { contextLength, dimension: support.length, noiseVariance, taskVariance: largest };
  }
  throw new AssumptionError({
    where,
    expected: "Ω = ω²Σ⁻¹ on its support, so that whitened covariates are isotropic",
    arrived: `Ω^{1/2}ΣΩ^{1/2} with eigenvalues from ${support[0]} to ${largest}`,
    hint: "bayesRiskEquivalent is close for any Σ and Ω; bayesRiskGivenContext averaged over sampled contexts is exact",
    source: "onestep, exact Wishart spectrum",
    unmet: ["the eigenvalues of ΣΩ are equal where they are not zero"],
  });
}

/** The eigenvalues of FᵀΣF, FFᵀ = Ω, that is of ΣΩ, ascending. */
export function signalSpectrum(setting: GaussianLinearSetting): Float64Array {
  const { values } = symmetricEigen(seenSignal(setting));
  return values.map((value) => Math.max(value, 0));
}

function multipleOfIdentity(matrix: Matrix): number | null {
  const d = matrix.rows;
  const multiple = trace(matrix) / d;
  const same = matrix.values.every(
    (value, at) => Math.abs(value - (at % (d + 1) === 0 ? multiple : 0)) <= 2 ** -40 * multiple,
  );
  return same && multiple > 0 ? multiple : null;
}
