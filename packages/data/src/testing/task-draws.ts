import { childKey, openStream, type RandomKey } from "@onestep/core";
import type { DrawTaskVector, TaskLaw } from "../define/define-task.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";

const KEYS = 16;
const FILLINGS = [-7, NaN] as const;

/**
 * A task vector depends on the stream alone, and not on what the array held before; it fills d entries and no more, all of
 * them finite; made out of normals, alone or together with others, it is the same.
 */
export function taskDrawsCheck({ draw, dimension, secondMoment }: TaskLaw): Check {
  return exactCheck("draws", (key) => {
    const keys = Array.from({ length: KEYS }, (_, i) => childKey(key, "draws", i));
    const before = keys.map((one) => drawAt(draw, one, dimension));
    for (const [i, one] of keys.entries()) {
      const taskVector = before[i].subarray(0, dimension);
      const strange = firstNotFinite(taskVector);
      if (strange !== undefined) return `a coordinate is ${strange}`;
      if (taskVector.some((entry, j) => entry !== 0 && secondMoment.values[j * (dimension + 1)] === 0)) {
        return "a coordinate of second moment 0 is not 0";
      }
      if (firstDifference(drawAt(draw, one, dimension), before[i]) !== undefined) {
        return "one key drew two different task vectors";
      }
      for (const filling of FILLINGS) {
        const again = drawAt(draw, one, dimension, filling);
        if (!Object.is(again[dimension], filling)) return "a draw wrote beside its task vector";
        if (firstDifference(again.subarray(0, dimension), taskVector) !== undefined) {
          return "a task vector depends on what the array held before";
        }
      }
    }
    return faultOfNormals(draw, keys, before, dimension);
  });
}

function drawAt(draw: DrawTaskVector, key: RandomKey, dimension: number, filling = -7): Float64Array {
  const padded = new Float64Array(dimension + 1).fill(filling);
  draw(openStream(key), padded);
  return padded;
}

/** The vectors of all keys out of normals: each by itself, and all at once after something else in the array. */
export function faultOfNormals(
  { fromNormals }: DrawTaskVector,
  keys: readonly RandomKey[],
  drawn: readonly Float64Array[],
  d: number,
): string | undefined {
  if (fromNormals === undefined) return undefined;
  const together = new Float64Array((keys.length + 2) * d).fill(-7);
  for (const [i, key] of keys.entries()) {
    openStream(key).fillNormals(together, (i + 1) * d, d);
    const alone = together.slice((i + 1) * d, (i + 2) * d);
    fromNormals(alone, 0, 1);
    if (firstDifference(alone, drawn[i].subarray(0, d)) !== undefined) {
      return "`fromNormals` makes another task vector than is drawn";
    }
  }
  fromNormals(together, d, keys.length);
  const agrees = keys.every(
    (_, i) => firstDifference(together.subarray((i + 1) * d, (i + 2) * d), drawn[i].subarray(0, d)) === undefined,
  );
  if (!agrees) return "`fromNormals` makes other task vectors of several at once";
  const beside = [...together.subarray(0, d), ...together.subarray((keys.length + 1) * d)];
  return beside.every((entry) => entry === -7) ? undefined : "`fromNormals` wrote beside its task vectors";
}
