import type { RecipeReport } from "@onestep/lab";

import { countsText, numberText } from "../claim-text.ts";
import type { ReportComparison } from "./compare-reports.ts";

/** What a reader is told of a run. */
export interface Outcome {
  readonly text: string;
  /** Whether it ended as it should: in earnest supported, with a mistake contradicted, at the committed seed the same. */
  readonly isExpected: boolean;
}

/**
 * Says what became of a run.
 *
 * @param comparison how it compares with the committed report, where the two should be the same
 */
export function outcomeText(report: RecipeReport, comparison: ReportComparison | undefined, seconds: number): Outcome {
  const { seed, defect, verdict } = report;
  const counts = `${countsText(report)}, in ${numberText(seconds, 2)} s`;
  if (defect !== undefined) {
    const isExpected = verdict === "contradicted";
    return { text: `${isExpected ? "The mistake shows" : "The mistake does not show"}: ${counts}.`, isExpected };
  }
  if (comparison === undefined) return { text: `With seed ${seed}: ${counts}.`, isExpected: verdict === "supported" };
  const { count, different, largest } = comparison;
  if (different === 0) {
    return {
      text: `The same numbers: all ${count} equal the committed ones to the last bit. ${counts}.`,
      isExpected: true,
    };
  }
  const size = Number.isFinite(largest) ? `, by at most ${numberText(largest, 2)} of their size` : "";
  return { text: `Not the same numbers: ${different} of ${count} differ${size}. ${counts}.`, isExpected: false };
}
