import { log, type Estimate } from "@onestep/core";

/** A number with its standard error. */
type Fitted = Pick<Estimate, "value" | "standardError">;

/** The line through the logarithms of estimates, ln value = intercept + slope·x, each weighted by its accuracy. */
export function lineThroughLogarithms(points: readonly (Fitted & { readonly x: number })[]): {
  readonly slope: Fitted;
  readonly intercept: Fitted;
} {
  const logarithms = points.map(({ x, value, standardError }) => ({
    x,
    y: log(value),
    weight: (value / standardError) ** 2,
  }));
  const sum = (term: (point: { x: number; y: number }) => number): number =>
    logarithms.reduce((total, point) => total + point.weight * term(point), 0);
  const total = sum(() => 1);
  const [middle, height] = [sum(({ x }) => x) / total, sum(({ y }) => y) / total];
  const spread = sum(({ x }) => (x - middle) ** 2);
  const slope = sum(({ x, y }) => (x - middle) * (y - height)) / spread;
  return {
    slope: { value: slope, standardError: Math.sqrt(1 / spread) },
    intercept: {
      value: height - slope * middle,
      standardError: Math.sqrt(1 / total + middle ** 2 / spread),
    },
  };
}
