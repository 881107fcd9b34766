import { DomainError } from "../errors.ts";

/**
 * Holm's adjusted p-values: rejecting where one is at most α keeps the probability of any false rejection at α or below,
 * whatever the dependence between the m tests. In ascending order of the p-values,
 *
 * $$ \tilde p_{(i)} = \max_{j \le i}\, \min\bigl(1, (m - j + 1)\, p_{(j)}\bigr) $$
 *
 * @returns the adjusted p-values, in the order of the given ones
 * @throws DomainError for a number that is not a probability
 *
 * Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6(2), 1979.
 *
 * @example
 * holm([0.5, 0.125, 0.25]); // => [0.5, 0.375, 0.5]
 */
export function holm(pValues: readonly number[]): number[] {
  for (const [at, p] of pValues.entries()) {
    if (p >= 0 && p <= 1) continue;
    throw new DomainError({
      where: "holm",
      expected: "p-values from 0 to 1",
      arrived: `${p} at position ${at}`,
      hint: "a test that could not be run has no p-value: leave it out",
    });
  }
  const adjusted = Array.from(pValues);
  const ascending = [...pValues.keys()].sort((i, j) => pValues[i] - pValues[j]);
  let largest = 0;
  ascending.forEach((at, position) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - position) * pValues[at]));
    adjusted[at] = largest;
  });
  return adjusted;
}
