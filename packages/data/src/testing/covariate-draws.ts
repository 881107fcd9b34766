import { childKey, openStream, type RandomKey } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";

const KEYS = 16;
/** A query is a context of one row. */
const LENGTHS = [1, 2, 5] as const;
const LONGEST = 24;
/** What the array holds before: a draw that reads any of it is given away by one of these. */
const FILLINGS = [-7, NaN] as const;

/**
 * Rows depend on the stream alone: one key, one context, whatever was drawn before, whatever the array holds and
 * wherever in it they are written; a longer context begins with every shorter one, the query among them; nothing beside
 * the rows is written; all numbers are finite. A latent drawn first, or rows made out of normals that were drawn
 * together, are another way to the same numbers.
 */
export function covariateDrawsCheck(law: CovariateLaw): Check {
  return exactCheck("draws", (key) => {
    const keys = Array.from({ length: KEYS }, (_, i) => childKey(key, "draws", i));
    const before = keys.map((one) => drawRows(law, one, LONGEST).rows);
    for (const [i, one] of keys.entries()) {
      const fault = faultOfContext(law, one, before[i]);
      if (fault !== undefined) return fault;
    }
    return undefined;
  });
}

function faultOfContext(law: CovariateLaw, key: RandomKey, longest: Float64Array): string | undefined {
  const { dimension: d, drawRows: draw } = law;
  if (firstDifference(longest, drawRows(law, key, LONGEST).rows) !== undefined) return "one key drew two contexts";
  const strange = firstNotFinite(longest);
  if (strange !== undefined) return `a coordinate is ${strange}`;
  for (const filling of FILLINGS) {
    const { rows, beside } = drawRows(law, key, LONGEST, { filling });
    if (!beside.every((entry) => Object.is(entry, filling))) return "a draw wrote beside its rows";
    if (firstDifference(rows, longest) !== undefined) return "rows depend on what the array held before";
  }
  if (firstDifference(drawRows(law, key, LONGEST, { place: 3 }).rows, longest) !== undefined) {
    return "rows depend on where they are written";
  }
  for (const count of LENGTHS) {
    if (firstDifference(drawRows(law, key, count).rows, longest.subarray(0, count * d)) !== undefined) {
      return `a context of ${LONGEST} rows does not begin with that of ${count} of the same key`;
    }
  }
  const whole = new Float64Array(LONGEST * d);
  draw(openStream(key), LONGEST, whole, 0);
  if (firstDifference(whole, longest) !== undefined) return "the latent and its rows are not those of a whole prompt";
  return draw.fromNormals === undefined ? undefined : faultOfNormals(law, key, longest);
}

/** Rows out of normals that were drawn before, a query and a context, each after other rows of the array. */
function faultOfNormals(
  { dimension: d, drawRows: draw }: CovariateLaw,
  key: RandomKey,
  longest: Float64Array,
): string | undefined {
  for (const count of [...LENGTHS, LONGEST]) {
    for (const place of [0, 2]) {
      const normals = new Float64Array((place + count + 1) * d).fill(-7);
      openStream(key).fillNormals(normals, place * d, count * d);
      draw.fromNormals?.(normals, place * d, count);
      const { rows, beside } = split(normals, place * d, count * d);
      if (beside.some((entry) => entry !== -7)) return "`fromNormals` wrote beside its rows";
      if (firstDifference(rows, longest.subarray(0, count * d)) !== undefined) {
        return `\`fromNormals\` makes other rows than are drawn, ${count} of them`;
      }
    }
  }
  return undefined;
}

/** The rows of a prompt, its latent first, written from row `place` on; and what then stands beside them. */
function drawRows(law: CovariateLaw, key: RandomKey, count: number, { filling = -7, place = 1 } = {}): Written {
  const { dimension: d } = law;
  const stream = openStream(key);
  const into = new Float64Array((place + count + 1) * d).fill(filling);
  (law.perPrompt?.draw(stream) ?? law).drawRows(stream, count, into, place * d);
  return split(into, place * d, count * d);
}

interface Written {
  readonly rows: Float64Array;
  readonly beside: readonly number[];
}

function split(array: Float64Array, offset: number, length: number): Written {
  return {
    rows: array.slice(offset, offset + length),
    beside: [...array.subarray(0, offset), ...array.subarray(offset + length)],
  };
}
