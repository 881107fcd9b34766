import { add, DomainError, identity, scale, type Covariance, type PromptMoments } from "@onestep/core";
import {
  requireContextLength,
  requireDimension,
  requireFields,
  requireInRange,
  requireNonNegative,
  requireSize,
  requireVariance,
} from "../require.ts";
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
 * @throws DomainError for energies that no target has, n < 1, d < 1 or σ² < 0
 * @throws ShapeError unless Σ is d×d
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, C and E2 averaged over rotations.
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
  requireSize("energyMoments", "covariates", sigma, d, d);
  return independentRowMoments({
    contextLength,
    covariates: sigma,
    signalMoment: scale(sigma, energies.signalEnergy / d),
    energyMoment: add(scale(sigma, energies.targetEnergy / d), scale(sigma, noiseVariance)),
    responseSecondMoment: energies.targetSecondMoment + noiseVariance,
    evenPartDecouples: "proved",
  });
}

/** Energies are second moments. By Bessel's inequality E‖β‖² ≤ E f², by Jensen's E‖β‖² ≤ E[f²‖x‖²]. */
export function requireEnergies(where: string, energies: TargetEnergies, setting: TargetSetting): void {
  requireFields(where, "energies of a target", energies, ["signalEnergy", "targetEnergy", "targetSecondMoment"]);
  requireFields(where, "a setting", setting, ["contextLength", "dimension", "noiseVariance"]);
  requireContextLength(where, setting.contextLength);
  requireDimension(where, setting.dimension);
  requireVariance(where, "noise variance", setting.noiseVariance);
  requireNonNegative(where, "signal energy", energies.signalEnergy);
  requireNonNegative(where, "target energy", energies.targetEnergy);
  requireNonNegative(where, "target second moment", energies.targetSecondMoment);
  const { signalEnergy, targetEnergy, targetSecondMoment } = energies;
  requireOrder(where, "E‖β‖²", signalEnergy, "E f² (Bessel's inequality)", targetSecondMoment);
  requireOrder(where, "E‖β‖²", signalEnergy, "E[f²‖x‖²] (Jensen's inequality)", targetEnergy);
}

/** An inequality between moments, up to the nine digits that a quadrature may leave. */
export function requireOrder(where: string, what: string, smaller: number, bound: string, larger: number): void {
  if (smaller <= larger * (1 + 2 ** -30)) return;
  throw new DomainError({
    where,
    expected: `${what} to be at most ${bound}, ${larger}`,
    arrived: String(smaller),
    hint: "no target has these moments; check each of them, and their units",
  });
}

/**
 * The energies of √factor · f, or of a sum of `factor` independent copies of f with mean zero: kernels add, and so do
 * energies.
 *
 * $$ k \to c\,k \quad\Rightarrow\quad \big(\mathbb{E}\lVert\beta\rVert^2,\ \mathbb{E}[f^2\lVert x\rVert^2],\ \mathbb{E}f^2\big) \to c\,\big(\mathbb{E}\lVert\beta\rVert^2,\ \mathbb{E}[f^2\lVert x\rVert^2],\ \mathbb{E}f^2\big) $$
 *
 * @param factor c ≥ 0
 * @throws DomainError for c < 0 or a c that is not finite
 * @throws NumericalError unless the scaled energies are finite
 *
 * Source: own derivation, the kernel principle (`kernelEnergies`).
 *
 * @example
 * scaleEnergies({ signalEnergy: 1, targetEnergy: 3, targetSecondMoment: 1 }, 2); // => { signalEnergy: 2, targetEnergy: 6, targetSecondMoment: 2 }
 */
export function scaleEnergies(energies: TargetEnergies, factor: number): TargetEnergies {
  requireFields("scaleEnergies", "energies of a target", energies, [
    "signalEnergy",
    "targetEnergy",
    "targetSecondMoment",
  ]);
  requireNonNegative("scaleEnergies", "factor", factor);
  const scaled = {
    signalEnergy: factor * energies.signalEnergy,
    targetEnergy: factor * energies.targetEnergy,
    targetSecondMoment: factor * energies.targetSecondMoment,
  };
  requireInRange("scaleEnergies", "multiple of the energies", Object.values(scaled));
  return scaled;
}
