import type { RandomStream } from "@onestep/core";
import type { CovariateLaw, DrawRows } from "../src/define/define-covariates.ts";
import { covariateChecks, type Check } from "../src/testing/index.ts";

/** The check of a law of covariates that has this name. */
export function covariateCheck(law: CovariateLaw, name: string): Check {
  const found = covariateChecks(law).find((check) => check.name === name);
  if (found === undefined)
    throw new Error(
      `no check ${name} among ${covariateChecks(law)
        .map((one) => one.name)
        .join()}`,
    );
  return found;
}

/** Draws rows in another way. */
export const drawing = (law: CovariateLaw, drawRows: DrawRows): CovariateLaw => ({ ...law, drawRows });

/** Changes rows after they were drawn. */
export const changed = (law: CovariateLaw, change: (row: Float64Array, stream: RandomStream) => void): CovariateLaw =>
  drawing(law, (stream, count, into, offset) => {
    law.drawRows(stream, count, into, offset);
    for (let row = 0; row < count; row++) {
      change(into.subarray(offset + row * law.dimension, offset + (row + 1) * law.dimension), stream);
    }
  });
