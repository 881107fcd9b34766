import { add, multiply, scale, transpose, type Matrix, type PromptMoments } from "@onestep/core";
import { independentRowMoments } from "../moments/linear.ts";
import {
  requireCount,
  requireDimension,
  requireFields,
  requireMatrix,
  requireNonNegative,
  requireSize,
  requireVariance,
} from "../require.ts";
import type { TargetEnergies } from "./energies.ts";
import { linkEnergies, type LinkMoments } from "./link.ts";

/**
 * ω² of s-sparse task vectors: Ω = (s v/d) I, so that Theorem 1 applies with η = 1/(n + d + 1 + σ²d/(s v)).
 *
 * $$ \omega^2 = \frac{s\,v}{d} $$
 *
 * @param tasks.dimension d ≥ 1
 * @param tasks.sparsity s: that many entries out of d, drawn uniformly, are not zero
 * @param tasks.variance v ≥ 0 of an entry that is not zero
 * @throws DomainError for d < 1, s outside 0..d, or v < 0
 *
 * Source: own derivation, an entry is not zero with probability s/d.
 *
 * @example
 * sparseTaskVariance({ dimension: 8, sparsity: 2, variance: 1 }); // => 0.25
 */
export function sparseTaskVariance(tasks: {
  readonly dimension: number;
  readonly sparsity: number;
  readonly variance: number;
}): number {
  requireFields("sparseTaskVariance", "tasks", tasks, ["dimension", "sparsity", "variance"]);
  const { dimension, sparsity, variance } = tasks;
  requireDimension("sparseTaskVariance", dimension);
  requireCount("sparseTaskVariance", "sparsity", sparsity, 0, "the number of non-zero coordinates");
  requireCount(
    "sparseTaskVariance",
    "dimension minus sparsity",
    dimension - sparsity,
    0,
    "at most d coordinates are not zero",
  );
  requireVariance("sparseTaskVariance", "variance", variance);
  return (sparsity / dimension) * variance;
}

/**
 * The energies of a coordinate target f(x) = φ(x_J), J uniform over the coordinates, of independent coordinates of
 * mean 0 and variance 1.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = (\mathbb{E}\,x\varphi)^2, \qquad \mathbb{E}[f^2\lVert x\rVert^2] = \mathbb{E}[\varphi^2x^2]+(d-1)\,\mathbb{E}\varphi^2 $$
 *
 * Only signed permutations leave this law alone, and they suffice for Γ* = ηI (`symmetryReduction`); φ must be odd or
 * carry a random sign.
 *
 * @param link c₁ = E[x φ], a = E φ² and b₂ = E[φ² x²] on one coordinate
 * @param dimension d ≥ 1
 * @throws DomainError for d < 1 or moments that no φ has: c₁² ≤ a and c₁² ≤ b₂
 * @throws NumericalError if the energies overflow
 *
 * Source: own derivation, averages over J.
 *
 * @example
 * coordinateEnergies({ c1: 1, a: 1, b2: 3 }, 5).targetEnergy; // => 7
 */
export function coordinateEnergies(link: LinkMoments, dimension: number): TargetEnergies {
  return linkEnergies("coordinateEnergies", link, dimension);
}

/**
 * The moments of a frozen feature map with a random head, f(x) = ⟨a, φ(x)⟩, E aaᵀ = I.
 *
 * $$ C = JJ^\top, \qquad J = \mathbb{E}[x\,\varphi(x)^\top], \qquad E_2 = \mathbb{E}[\lVert\varphi\rVert^2 xx^\top]+\sigma^2\Sigma $$
 *
 * @throws DomainError for n < 1, σ² < 0, E‖φ‖² < 0 or entries that are not finite
 * @throws ShapeError for sizes that do not fit
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, `kernelEnergies` without rotations, k(x, x') = ⟨φ(x), φ(x')⟩.
 *
 * @example
 * const identityMap = { cross: identity(1), energy: matrixFromRows([[3]]), secondMoment: 1 };
 * frozenFeatureMoments(identityMap, { contextLength: 2, covariates: identity(1), noiseVariance: 0 }).crossMoment.values; // => [2]
 */
export function frozenFeatureMoments(
  features: {
    /** J, `[d, m]` */
    readonly cross: Matrix;
    /** E[‖φ‖²xxᵀ], `[d, d]` */
    readonly energy: Matrix;
    /** E‖φ‖² */
    readonly secondMoment: number;
  },
  setting: {
    /** n ≥ 1 */
    readonly contextLength: number;
    /** Σ, `[d, d]` */
    readonly covariates: Matrix;
    /** σ² ≥ 0 */
    readonly noiseVariance: number;
  },
): PromptMoments {
  requireFields("frozenFeatureMoments", "features", features, ["cross", "energy", "secondMoment"]);
  requireFields("frozenFeatureMoments", "a setting", setting, ["contextLength", "covariates", "noiseVariance"]);
  const { contextLength, covariates, noiseVariance } = setting;
  requireMatrix("frozenFeatureMoments", "covariates", covariates);
  requireMatrix("frozenFeatureMoments", "cross", features.cross);
  requireSize("frozenFeatureMoments", "energy", features.energy, covariates.rows, covariates.rows);
  requireSize("frozenFeatureMoments", "cross", features.cross, covariates.rows, features.cross.columns);
  requireVariance("frozenFeatureMoments", "noise variance", noiseVariance);
  requireNonNegative("frozenFeatureMoments", "second moment of the features", features.secondMoment);
  return independentRowMoments({
    contextLength,
    covariates,
    signalMoment: multiply(features.cross, transpose(features.cross)),
    energyMoment: add(features.energy, scale(covariates, noiseVariance)),
    responseSecondMoment: features.secondMoment + noiseVariance,
    // The random head is as likely as its negative when it is symmetric; its second moment alone does not say so.
    evenPartDecouples: "not known",
  });
}
