import { DomainError, type PromptMoments } from "@onestep/core";
import { requireDimension, requireNonNegative, requirePositive, requireSize } from "../require.ts";

/** The gate for moments: one dimension, finite entries, probabilities that sum to 1. */
export function requireMoments(where: string, moments: PromptMoments): void {
  const d = moments.dimension;
  requirePositive(where, "context length", moments.contextLength);
  requireDimension(where, d);
  requireNonNegative(where, "second moment of the response", moments.responseSecondMoment);
  requireSize(where, "crossMoment", moments.crossMoment, d, d);
  let total = 0;
  moments.strata.forEach(({ probability, querySecondMoment, stepMoment }, k) => {
    requireNonNegative(where, `probability of stratum ${k}`, probability);
    requireSize(where, `strata[${k}].querySecondMoment`, querySecondMoment, d, d);
    requireSize(where, `strata[${k}].stepMoment`, stepMoment, d, d);
    total += probability;
  });
  if (Math.abs(total - 1) <= 2 ** -40) return;
  throw new DomainError({
    where,
    expected: "probabilities of the strata that sum to 1",
    arrived: `${moments.strata.length} strata with total probability ${total}`,
    hint: "divide the weights by their sum",
  });
}
