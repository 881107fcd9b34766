import { childKey, openStream } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { Target, TargetLaw } from "../define/define-target.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";

const KEYS = 16;
const POINTS = 4;

/**
 * A target depends on the stream alone; a value once asked for stays what it is, wherever the point is written;
 * covariates are read and not written; projections that a target declares lead to its values.
 */
export function targetDrawsCheck(law: TargetLaw, covariates: CovariateLaw): Check {
  const { dimension: d } = law;
  const { draw } = law.over(covariates);
  return exactCheck("draws", (key) => {
    const points = new Float64Array(POINTS * d);
    covariates.drawRows(openStream(childKey(key, "points")), POINTS, points, 0);
    const untouched = points.slice();
    const keys = Array.from({ length: KEYS }, (_, i) => childKey(key, "draws", i));
    const before = keys.map((one) => valuesAt(draw(openStream(one)), points, d));
    for (const [i, one] of keys.entries()) {
      const target = draw(openStream(one));
      const values = valuesAt(target, points, d);
      if (firstDifference(before[i], values) !== undefined) return "one key drew two different targets";
      if (firstDifference(values, valuesAt(target, points, d)) !== undefined) return "f(x) changed between two calls";
      const moved = Float64Array.of(0, ...points.subarray(0, d));
      if (!Object.is(target.at(moved, 1), values[0])) return "f(x) depends on where x is written";
      if (firstDifference(points, untouched) !== undefined) return "a target wrote into the covariates";
      const strange = firstNotFinite(values);
      if (strange !== undefined) return `a value is ${strange}`;
      const gap = largestGap(target, points, values, d);
      if (gap > 2 ** -40) return `the readout of the projections is off the value by ${gap}`;
    }
    return undefined;
  });
}

function valuesAt(target: Target, points: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: POINTS }, (_, i) => target.at(points, i * d));
}

/** How far, relative to 1 and to the value, the declared projections lead away from f(x). */
function largestGap({ indices }: Target, points: Float64Array, values: Float64Array, d: number): number {
  if (indices === undefined) return 0;
  const gaps = Array.from(values, (value, i) => {
    const projections = Float64Array.from({ length: indices.count }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += indices.directions[j * d + k] * points[i * d + k];
      return sum;
    });
    const read = indices.linear ? projections[0] : indices.readout(projections, 0);
    return Math.abs(read - value) / (1 + Math.abs(value));
  });
  return Math.max(...gaps);
}
