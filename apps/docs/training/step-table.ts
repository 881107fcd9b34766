import { fixed, percent } from "../figures/format-number.ts";
import type { TextTable } from "../figures/text-table.ts";
import type { GammaFacts } from "./gamma-facts.ts";

/** Γ after some steps, and the loss where it is known. */
export interface StepRow extends GammaFacts {
  readonly step: number;
  readonly loss: number | undefined;
}

/** A training held against ηI of theory, which is its last row; the first and the last column have names of their own. */
export function stepTable(
  [step, loss]: readonly [string, string],
  rows: readonly StepRow[],
  theory: { readonly stepSize: number; readonly loss: number },
  lossText: (loss: number) => string,
): TextTable {
  return {
    columns: [step, "mean of the diagonal", "beside it (RMS)", "distance", loss],
    rows: [
      ...rows.map((row) => [
        `${row.step}`,
        fixed(row.meanDiagonal, 5),
        fixed(row.offDiagonal, 5),
        percent(row.distance),
        row.loss === undefined ? "" : lossText(row.loss),
      ]),
      ["theory", fixed(theory.stepSize, 5), "0", "0 %", lossText(theory.loss)],
    ],
  };
}
