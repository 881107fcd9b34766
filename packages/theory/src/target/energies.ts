import { add, identity, scale, type Covariance, type PromptMoments } from "@onestep/core";
import { requireContextLength, requireDimension, requireNonNegative } from "../require.ts";
import { independentRowMoments } from "../moments/linear.ts";

/** All that a rotation-invariant target contributes to the optimum, over x ~ N(0, I); noise is not in it. */
export interface TargetEnergies {
  /** E‖β‖², β = E[f(x) x | f] */
  readonly signalEnergy: number;
  /** E[f(x)²‖x‖²] */
  readonly targetEnergy: number;
  /** E f(x)² */
  readonly targetSecondMoment: number;
}

/** The prompts around a target. */
export interface TargetSetting {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** d ≥ 1 */
  readonly dimension: number;
  /** σ² ≥ 0 */
  readonly noiseVariance: number;
}

/**
 * The moments of prompts with a rotation-invariant target, for the universal engine `optimalStep`.
 *
 * $$ C = \frac{\mathbb{E}\lVert\beta\rVert^2}{d}\,\Sigma, \qquad E_2 = \Big(\frac{\mathbb{E}[f^2\lVert x\rVert^2]}{d}+\sigma^2\Big)\Sigma $$
 *
 * @param covariates Σ of the law that the target sees whitened, f(Σ^{−1/2}x); I if omitted
 * @throws DomainError for energies or sizes out of range
 *
 * @example
 * const relu = singleIndexEnergies({ c1: 0.5, a: 0.5, b2: 1.5 }, { dimension: 5 });
 * optimalStep(energyMoments(relu, { contextLength: 10, dimension: 5, noiseVariance: 0.1 })).value.loss; // ≈ 0.5
 */
export function energyMoments(
  energies: TargetEnergies,
  setting: TargetSetting,
  covariates?: Covariance,
): PromptMoments {
  requireEnergies("energyMoments", energies, setting);
  const { contextLength, dimension: d, noiseVariance } = setting;
  const sigma = covariates?.matrix ?? identity(d);
  return independentRowMoments({
    contextLength,
    covariates: sigma,
    signalMoment: scale(sigma, energies.signalEnergy / d),
    energyMoment: add(scale(sigma, energies.targetEnergy / d), scale(sigma, noiseVariance)),
    responseSecondMoment: energies.targetSecondMoment + noiseVariance,
    evenPartDecouples: "proved",
  });
}

/** Energies are second moments; by Cauchy–Schwarz E‖β‖² ≤ E f². */
export function requireEnergies(where: string, energies: TargetEnergies, setting: TargetSetting): void {
  requireContextLength(where, setting.contextLength);
  requireDimension(where, setting.dimension);
  requireNonNegative(where, "noise variance", setting.noiseVariance);
  requireNonNegative(where, "signal energy", energies.signalEnergy);
  requireNonNegative(where, "target energy", energies.targetEnergy);
  requireNonNegative(where, "target second moment", energies.targetSecondMoment);
  requireNonNegative(
    where,
    "excess of E f² over E‖β‖² (Bessel's inequality)",
    energies.targetSecondMoment * (1 + 2 ** -30) - energies.signalEnergy,
  );
}

/** A sum of independent targets of mean zero: kernels add, and so do energies. */
export function scaleEnergies(energies: TargetEnergies, factor: number): TargetEnergies {
  return {
    signalEnergy: factor * energies.signalEnergy,
    targetEnergy: factor * energies.targetEnergy,
    targetSecondMoment: factor * energies.targetSecondMoment,
  };
}
