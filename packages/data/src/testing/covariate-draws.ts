import { childKey, openStream, type RandomKey } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";

const KEYS = 16;
const ROWS = 5;
const MORE = 3;

/**
 * Rows depend on the stream alone: one key, one context, whatever was drawn before; a longer context begins with the
 * shorter one; nothing beside the rows is written; all numbers are finite.
 */
export function covariateDrawsCheck(law: CovariateLaw): Check {
  const { dimension: d } = law;
  const drawAt = (key: RandomKey, rows: number): Float64Array => {
    const stream = openStream(key);
    const padded = new Float64Array((ROWS + MORE + 2) * d).fill(-7);
    (law.perPrompt?.draw(stream) ?? law).drawRows(stream, rows, padded, d);
    return padded;
  };
  return exactCheck("draws", (key) => {
    const keys = Array.from({ length: KEYS }, (_, i) => childKey(key, "draws", i));
    const before = keys.map((one) => drawAt(one, ROWS));
    for (const [i, one] of keys.entries()) {
      const [again, longer] = [drawAt(one, ROWS), drawAt(one, ROWS + MORE)];
      const written = again.subarray(d, (ROWS + 1) * d);
      const beside = [...again.subarray(0, d), ...again.subarray((ROWS + 1) * d)];
      if (firstDifference(before[i], again) !== undefined) return "one key drew two different contexts";
      if (beside.some((entry) => entry !== -7)) return "a draw wrote beside its rows";
      if (firstDifference(written, longer.subarray(d, (ROWS + 1) * d)) !== undefined) {
        return "a longer context does not begin with the shorter one of the same key";
      }
      const strange = firstNotFinite(longer.subarray(d, (ROWS + MORE + 1) * d));
      if (strange !== undefined) return `a coordinate is ${strange}`;
    }
    return undefined;
  });
}
