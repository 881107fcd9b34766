import { toRows, zeros } from "@onestep/core";

import type { ChartSeries, ChartTick } from "../figures/chart.ts";
import { plain } from "../figures/format-number.ts";
import type { Progress } from "./messages.ts";

/** Γ, row by row. */
export type Gamma = readonly (readonly number[])[];

/** Γ of one layer in training; before its first step it is zero, near enough. */
export function latestGamma(trace: readonly Pick<Progress, "preconditioner">[], dimension: number): Gamma {
  return trace[trace.length - 1]?.preconditioner ?? toRows(zeros(dimension, dimension));
}

/** The diagonal of Γ against training steps, a curve for each entry. */
export function diagonalCurves(
  trace: readonly Pick<Progress, "step" | "preconditioner">[],
  dimension: number,
): readonly ChartSeries[] {
  return Array.from({ length: dimension }, (_, i) => ({
    tone: "step" as const,
    tip: true,
    points: trace.map(({ step, preconditioner }) => [step, preconditioner![i][i]] as const),
  }));
}

/** Marks of an axis at 0, at half a step, and at the step. */
export function stepTicks(stepSize: number): readonly ChartTick[] {
  return [0, 0.5, 1].map((share) => ({
    at: share * stepSize,
    label: plain(Number((share * stepSize).toPrecision(2))),
  }));
}
