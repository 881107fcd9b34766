import { NumericalError, type PromptMoments } from "@onestep/core";
import { requireSemidefinite } from "../numerics/require-semidefinite.ts";
import { roundingOfProducts } from "../numerics/symmetrised.ts";
import {
  requireDimension,
  requireFields,
  requireInRange,
  requireList,
  requireNonNegative,
  requirePositive,
  requireProbabilities,
  requireSize,
} from "../require.ts";

/**
 * The gate for moments: one dimension, finite entries, second moments that are positive semidefinite, probabilities
 * that sum to 1.
 *
 * @throws ShapeError for matrices of another dimension
 * @throws DomainError for missing or not finite entries, a negative E y², or probabilities that do not sum to 1
 * @throws NumericalError for a second moment that is not symmetric and positive semidefinite
 */
export function requireMoments(where: string, moments: PromptMoments): void {
  requireParts(where, moments);
  const d = moments.dimension;
  requirePositive(where, "context length", moments.contextLength);
  requireDimension(where, d);
  requireNonNegative(where, "second moment of the response", moments.responseSecondMoment);
  requireSize(where, "crossMoment", moments.crossMoment, d, d);
  requireProbabilities(
    where,
    "probabilities of the strata",
    moments.strata.map((stratum) => stratum.probability),
  );
  moments.strata.forEach(({ querySecondMoment, stepMoment }, k) => {
    requireSize(where, `strata[${k}].querySecondMoment`, querySecondMoment, d, d);
    requireSize(where, `strata[${k}].stepMoment`, stepMoment, d, d);
    requireSemidefinite(where, `strata[${k}].querySecondMoment`, querySecondMoment);
    requireSemidefinite(where, `strata[${k}].stepMoment`, stepMoment);
  });
}

/** Everything that moments are made of is there, whatever it is. */
export function requireParts(where: string, moments: PromptMoments): void {
  requireFields(where, "moments of prompts", moments, [
    "contextLength",
    "dimension",
    "crossMoment",
    "strata",
    "responseSecondMoment",
  ]);
  requireList(where, "strata", moments.strata);
  for (const stratum of moments.strata)
    requireFields(where, "a stratum", stratum, ["probability", "querySecondMoment", "stepMoment"]);
}

/**
 * A loss E(y_q − ŷ)², computed from moments as a sum of terms of either sign: below 0 by no more than their rounding it is
 * 0, and further down there is no law with these moments.
 *
 * @param size the sum of the absolute values of its terms
 * @param cancelled the size of the products that such a term is a small sum of: ‖Γ‖‖A‖ for tr(ΓA)
 * @throws NumericalError for a loss that is clearly negative, or overflows
 */
export function requireLoss(where: string, loss: number, size: number, cancelled: number = 0): number {
  requireInRange(where, "loss", [loss, size]);
  if (loss >= -roundingOfProducts * size - 2 ** -48 * cancelled) return Math.max(loss, 0);
  throw new NumericalError({
    where,
    expected: "moments of one law, for which no mean squared error is negative",
    arrived: `the loss ${loss}`,
    hint: "crossMoment A = E[b (y_q x_q)ᵀ] is too large beside E y_q², S and B (Cauchy–Schwarz): check its factor of n, and the units",
  });
}
