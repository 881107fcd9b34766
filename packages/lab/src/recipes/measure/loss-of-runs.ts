import { exp, log, type Estimate } from "@onestep/core";

/** Losses of one model or of several runs of its training as a point of a figure. */
export interface LossPoint {
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** The geometric mean of several runs and their range; one estimate with its 95 % interval, on a logarithmic scale. */
export function lossOfRuns(estimates: readonly Estimate[]): LossPoint {
  const [{ value, standardError }] = estimates;
  if (estimates.length === 1) {
    const factor = exp((1.96 * standardError) / value);
    return { y: value, low: value / factor, high: value * factor };
  }
  const values = estimates.map((one) => one.value);
  return { y: exp(average(values.map(log))), low: Math.min(...values), high: Math.max(...values) };
}

/** The mean of a list of numbers. */
export function average(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Entry by entry: weights times errors, for `ratioOfMeans`. */
export function product(weights: Float64Array, errors: Float64Array): Float64Array {
  return errors.map((error, i) => weights[i] * error);
}
