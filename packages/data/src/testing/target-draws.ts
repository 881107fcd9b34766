import { childKey, dot, openStream, type RandomKey } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { DrawTarget, Target, TargetLaw } from "../define/define-target.ts";
import type { DrawTaskVector } from "../define/define-task.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";
import { faultOfNormals } from "./task-draws.ts";

const KEYS = 16;
const POINTS = 4;
/** How far two routes to one value may differ, relative to the largest of the target's values. */
const ROUNDING = 2 ** -40;

/**
 * A target depends on the stream alone; a value once asked for stays what it is, wherever the point is written;
 * covariates are read and not written; the projections and the task vector that a target declares lead to its values.
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
      for (let point = 0; point < POINTS; point++) {
        const moved = Float64Array.of(0, ...points.subarray(point * d, (point + 1) * d));
        if (!Object.is(target.at(moved, 1), values[point])) return "f(x) depends on where x is written";
      }
      if (firstDifference(points, untouched) !== undefined) return "a target wrote into the covariates";
      const strange = firstNotFinite(values);
      if (strange !== undefined) return `a value is ${strange}`;
      const fault = faultOfIndices(target, points, values, d);
      if (fault !== undefined) return fault;
    }
    const { drawTaskVector } = draw;
    return drawTaskVector && faultOfTaskVectors(draw, drawTaskVector, keys, points, d);
  });
}

function valuesAt(target: Target, points: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: POINTS }, (_, i) => target.at(points, i * d));
}

/** Where the declared projections lead away from f(x), wherever they are written. */
function faultOfIndices(
  { indices }: Target,
  points: Float64Array,
  values: Float64Array,
  d: number,
): string | undefined {
  if (indices === undefined) return undefined;
  const { count, directions, linear, readout } = indices;
  if (directions.length !== count * d) return `${count} directions of ${directions.length / d} are declared`;
  if (linear && count !== 1) return `a linear target of ${count} directions is declared`;
  for (let point = 0; point < POINTS; point++) {
    const x = points.subarray(point * d, (point + 1) * d);
    const along = Float64Array.from({ length: count }, (_, j) => dot(directions.subarray(j * d, (j + 1) * d), x));
    const routes = [readout(along, 0), readout(Float64Array.of(0, ...along), 1), ...(linear ? along : [])];
    const stranger = routes.find((value) => !agrees(value, values[point], values));
    if (stranger !== undefined) return `the projections lead to ${stranger}, and f(x) is ${values[point]}`;
  }
  return undefined;
}

/** Whether ⟨w, x⟩ is f(x) for the task vector w of the same stream, by every route to it. */
function faultOfTaskVectors(
  draw: DrawTarget,
  drawTaskVector: DrawTaskVector,
  keys: readonly RandomKey[],
  points: Float64Array,
  d: number,
): string | undefined {
  const taskVectors = keys.map((key) => {
    const taskVector = new Float64Array(d);
    drawTaskVector(openStream(key), taskVector);
    return taskVector;
  });
  for (const [i, key] of keys.entries()) {
    const target = draw(openStream(key));
    const values = valuesAt(target, points, d);
    for (const [point, value] of values.entries()) {
      const linear = dot(taskVectors[i], points.subarray(point * d, (point + 1) * d));
      if (!agrees(linear, value, values)) return `⟨w, x⟩ is ${linear} and f(x) is ${value}`;
    }
    if (target.indices !== undefined && firstDifference(target.indices.directions, taskVectors[i]) !== undefined) {
      return "the task vector is not the direction of the target";
    }
  }
  return faultOfNormals(drawTaskVector, keys, taskVectors, d);
}

function agrees(value: number, expected: number, values: Float64Array): boolean {
  const size = values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return Math.abs(value - expected) <= ROUNDING * size;
}
