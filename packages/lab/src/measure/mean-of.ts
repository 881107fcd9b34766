import { meanAccumulator, type Estimate } from "@onestep/core";

/**
 * The mean of numbers that were drawn independently, with its standard error.
 *
 * @example
 * meanOf([1, 2, 3]).value; // => 2
 */
export function meanOf(values: Iterable<number>): Estimate {
  const mean = meanAccumulator();
  for (const value of values) mean.push(value);
  return mean.estimate();
}
