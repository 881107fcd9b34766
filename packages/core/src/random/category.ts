import { DomainError } from "../errors.ts";
import type { RandomStream } from "./stream.ts";

/** Weights are written by hand or printed with a dozen digits; a sum that is further off is a mistake. */
const TOLERANCE = 1e-12;

/**
 * The gate for weights from outside: the probabilities, which add up to 1.
 *
 * @param weights at least one, none negative, with sum 1 up to the rounding of 12 digits, which is then divided out
 * @throws DomainError for anything else
 *
 * @example
 * probabilities([0.25, 0.75]); // => Float64Array.of(0.25, 0.75)
 */
export function probabilities(weights: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(weights);
  const wrong = values.findIndex((weight) => !(weight >= 0 && weight <= 1 + TOLERANCE));
  const sum = values.reduce((total, weight) => total + weight, 0);
  if (wrong >= 0 || !(Math.abs(sum - 1) <= TOLERANCE)) {
    throw new DomainError({
      where: "probabilities",
      expected: "weights from 0 to 1 that add up to 1",
      arrived: wrong >= 0 ? `${values[wrong]} at position ${wrong}` : `a sum of ${sum}`,
      hint: "divide each weight by their sum; write 1/3 as 0.3333333333333333",
    });
  }
  return values.map((weight) => weight / sum);
}

/**
 * Prepares draws of an index k with probability weights[k].
 *
 * @param weights as `probabilities` takes them; an index of weight 0 is never drawn
 * @throws DomainError if they are no probabilities
 *
 * @example
 * categorySampler([0, 1, 0])(openStream(randomKey(0))); // => 1
 */
export function categorySampler(weights: ArrayLike<number>): (stream: RandomStream) => number {
  const cumulative = probabilities(weights);
  const last = cumulative.findLastIndex((probability) => probability > 0);
  for (let k = 1; k < last; k++) cumulative[k] += cumulative[k - 1];
  cumulative[last] = 1; // whatever the additions were rounded to, above every uniform
  return (stream) => {
    const u = stream.uniform();
    let k = 0;
    while (u >= cumulative[k]) k++;
    return k;
  };
}
