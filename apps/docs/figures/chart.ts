import type { Span } from "./axis.ts";
import { plain } from "./format-number.ts";

/** Where the curves of a `LineChart` lie in its drawing; its axes stand around them. */
export const CHART: { readonly across: Span; readonly up: Span } = {
  across: { start: 46, end: 410 },
  up: { start: 228, end: 10 },
};

/** A point, or the interval of a band at x. */
export type ChartPoint = readonly [x: number, y: number] | readonly [x: number, low: number, high: number];

/** One curve, one set of marks, or one band. */
export interface ChartSeries {
  /** What the legend says; without it, the series has no entry there. */
  readonly name?: string;
  readonly tone: "step" | "loss" | "ridge" | "least-squares" | "plain";
  /** `"line"` by default; a band's points are intervals. */
  readonly kind?: "line" | "points" | "band";
  /** Computed in closed form: drawn dashed, or hollow. */
  readonly theory?: boolean;
  /** Marks where the curve has come to. */
  readonly tip?: boolean;
  /** Stands beside the last point, so that curves are told apart without their colours. */
  readonly label?: string;
  readonly points: readonly ChartPoint[];
}

/** A mark on an axis. */
export interface ChartTick {
  readonly at: number;
  readonly label: string;
}

/** A dashed line across the drawing: what theory says that curves run to, or when. */
export interface ChartLine {
  readonly value: number;
  readonly label: string;
}

/** Marks that say their own number. */
export function ticksAt(places: readonly number[]): readonly ChartTick[] {
  return places.map((at) => ({ at, label: plain(at) }));
}
