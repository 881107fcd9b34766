import { add, DomainError, scale, type PromptMoments } from "@onestep/core";
import { requireFields, requireList } from "../require.ts";
import { requireMoments, requireParts } from "./require-moments.ts";

/** One value of a prompt-level latent: the moments given it, and how likely it is. */
export interface Stratum {
  /** p_k ≥ 0, summing to 1 over the strata */
  readonly probability: number;
  /** The moments of prompts given this value */
  readonly moments: PromptMoments;
}

/**
 * The moments of a law with a latent drawn once per prompt: a random covariance, a random length, a random noise level.
 *
 * $$ R(\Gamma) = \mathbb{E}\,y_q^2 - 2\,\mathrm{tr}(\Gamma A) + \sum_k p_k\,\mathrm{tr}(S_k\Gamma B_k\Gamma^\top), \qquad A = \sum_k p_k A_k $$
 *
 * A, E y_q² and the mean length average over the latent; the pairs (S_k, B_k) stay apart, because the loss couples
 * them. The even part decouples if it does so given every latent value, since the two cross moments that must vanish
 * are averages as well.
 *
 * @throws DomainError for no strata, or probabilities that are negative or do not sum to 1
 * @throws ShapeError for strata of different dimensions
 *
 * Source: own derivation, the loss given the latent, averaged.
 *
 * @example
 * const given = (contextLength) => gaussianLinearMoments({ contextLength, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 });
 * stratifiedMoments([1, 3].map((n) => ({ probability: 0.5, moments: given(n) }))).crossMoment.values; // => [2]
 */
export function stratifiedMoments(strata: readonly Stratum[]): PromptMoments {
  requireList("stratifiedMoments", "strata", strata);
  const [first] = strata;
  if (first === undefined) {
    throw new DomainError({
      where: "stratifiedMoments",
      expected: "at least one stratum",
      arrived: "none",
      hint: "give one entry per value of the latent",
    });
  }
  for (const stratum of strata) requireFields("stratifiedMoments", "a stratum", stratum, ["probability", "moments"]);
  for (const { moments } of strata) requireParts("stratifiedMoments", moments);
  const average = (of: (moments: PromptMoments) => number): number =>
    strata.reduce((sum, { probability, moments }) => sum + probability * of(moments), 0);
  const mixed: PromptMoments = {
    contextLength: average((moments) => moments.contextLength),
    dimension: first.moments.dimension,
    crossMoment: strata
      .map(({ probability, moments }) => scale(moments.crossMoment, probability))
      .reduce((sum, term) => add(sum, term)),
    strata: strata.flatMap(({ probability, moments }) =>
      moments.strata.map((inner) => ({ ...inner, probability: probability * inner.probability })),
    ),
    responseSecondMoment: average((moments) => moments.responseSecondMoment),
    evenPartDecouples: strata.every(({ moments }) => moments.evenPartDecouples === "proved") ? "proved" : "not known",
  };
  requireMoments("stratifiedMoments", mixed);
  return mixed;
}
