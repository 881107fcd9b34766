import { meanAccumulator, type Estimate } from "@onestep/core";

/**
 * Estimates E a / E b from pairs that were drawn together, its error by the delta method: what the two share cancels.
 *
 * $$ r = \bar a/\bar b, \qquad \mathrm{SE}(r) = \mathrm{SE}\big(\overline{a - r b}\big)/\bar b $$
 *
 * @example
 * ratioOfMeans(Float64Array.of(1, 2, 3), Float64Array.of(2, 4, 6)); // => { value: 0.5, standardError: 0, count: 3 }
 */
export function ratioOfMeans(a: Float64Array, b: Float64Array): Estimate {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const value = sum(a) / sum(b);
  const residuals = meanAccumulator();
  a.forEach((one, at) => residuals.push(one - value * b[at]));
  const { standardError, count } = residuals.estimate();
  return { value, standardError: standardError / (sum(b) / count), count };
}
