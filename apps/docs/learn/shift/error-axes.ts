import { linearAxis, logarithmicAxis, type Axis } from "../../figures/axis.ts";
import { CHART, ticksAt, type ChartTick } from "../../figures/chart.ts";
import { plain } from "../../figures/format-number.ts";
import type { ShiftPoint } from "./shift-curves.ts";
import { amountAtTest } from "./shift-names.ts";
import type { ShiftName, TrainedSetting } from "./shift-setting.ts";

/** From one end of a slider to the other: noise is added, all else multiplied. */
export function amountAxis(trained: TrainedSetting, curve: readonly ShiftPoint[], along: ShiftName): Axis {
  const [from, to] = [curve[0], curve[curve.length - 1]].map(({ amount }) => amountAtTest(trained, along, amount));
  return along === "noise" ? linearAxis(from, to, CHART.across) : logarithmicAxis(from, to, CHART.across, 2);
}

/** Factors below 1 are fractions. */
export function amountTicks(axis: Axis, along: ShiftName): readonly ChartTick[] {
  return axis.ticks.map((at) => ({
    at,
    label: at < 1 && along !== "noise" ? `1/${Math.round(1 / at)}` : plain(at),
  }));
}

/** No axis goes further down: without noise ridge regression makes no error at all. */
const LEAST_SHARE = 0.001;

/** From the best learner to the trained layer, with what it is to say 0 in sight. */
export function errorAxis(curve: readonly ShiftPoint[]): Axis {
  const best = Math.min(...curve.map(({ ridge }) => ridge));
  const worst = Math.max(...curve.map(({ trained }) => trained));
  return logarithmicAxis(Math.max(LEAST_SHARE, best / 1.3), Math.max(1.6, worst * 1.3), CHART.up);
}

/** Powers of ten; where there are fewer than three of them, 1, 2 and 5 times each. */
export function errorTicks({ from, to }: Axis): readonly ChartTick[] {
  const within = (at: number): boolean => at >= from && at <= to;
  const decades = [0.001, 0.01, 0.1, 1, 10, 100, 1000];
  const isFew = decades.filter(within).length < 3;
  return ticksAt((isFew ? decades.flatMap((at) => [at, 2 * at, 5 * at]) : decades).filter(within));
}
