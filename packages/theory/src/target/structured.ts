import { add, multiply, scale, transpose, type Matrix, type PromptMoments } from "@onestep/core";
import { independentRowMoments } from "../moments/linear.ts";
import { requireCount, requireDimension, requireFiniteNumber, requireNonNegative, requireSize } from "../require.ts";
import type { TargetEnergies } from "./energies.ts";

/**
 * ω² of s-sparse task vectors: Ω = (s v/d) I, so that Theorem 1 applies with η = 1/(n + d + 1 + σ²d/(s v)).
 *
 * @param tasks s entries out of d, drawn uniformly, are not zero, each of variance v
 * @throws DomainError for s outside 0..d or v < 0
 *
 * @example
 * sparseTaskVariance({ dimension: 8, sparsity: 2, variance: 1 }); // => 0.25
 */
export function sparseTaskVariance(tasks: {
  readonly dimension: number;
  readonly sparsity: number;
  readonly variance: number;
}): number {
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
  requireNonNegative("sparseTaskVariance", "variance", variance);
  return (sparsity * variance) / dimension;
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
 * @throws DomainError for d < 1 or moments that are not finite
 *
 * @example
 * coordinateEnergies({ c1: 1, a: 1, b2: 3 }, 5).targetEnergy; // => 7
 */
export function coordinateEnergies(
  link: { /** E[x φ(x)] */ readonly c1: number; /** E φ² */ readonly a: number; /** E[φ² x²] */ readonly b2: number },
  dimension: number,
): TargetEnergies {
  requireDimension("coordinateEnergies", dimension);
  requireFiniteNumber("coordinateEnergies", "c1", link.c1);
  requireNonNegative("coordinateEnergies", "a", link.a);
  requireNonNegative("coordinateEnergies", "b2", link.b2);
  return {
    signalEnergy: link.c1 * link.c1,
    targetEnergy: link.b2 + (dimension - 1) * link.a,
    targetSecondMoment: link.a,
  };
}

/**
 * The moments of a frozen feature map with a random head, f(x) = ⟨a, φ(x)⟩, E aaᵀ = I.
 *
 * $$ C = JJ^\top, \qquad J = \mathbb{E}[x\,\varphi(x)^\top], \qquad E_2 = \mathbb{E}[\lVert\varphi\rVert^2 xx^\top]+\sigma^2\Sigma $$
 *
 * @param features J `[d, m]`, E[‖φ‖²xxᵀ] `[d, d]`, E‖φ‖²
 * @throws DomainError, ShapeError for sizes that do not fit
 *
 * @example
 * const identityMap = { cross: identity(1), energy: matrixFromRows([[3]]), secondMoment: 1 };
 * frozenFeatureMoments(identityMap, { contextLength: 2, covariates: identity(1), noiseVariance: 0 }).crossMoment.values; // => [2]
 */
export function frozenFeatureMoments(
  features: { readonly cross: Matrix; readonly energy: Matrix; readonly secondMoment: number },
  setting: { readonly contextLength: number; readonly covariates: Matrix; readonly noiseVariance: number },
): PromptMoments {
  const { contextLength, covariates, noiseVariance } = setting;
  requireSize("frozenFeatureMoments", "cross", features.cross, covariates.rows, features.cross.columns);
  requireNonNegative("frozenFeatureMoments", "noise variance", noiseVariance);
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
