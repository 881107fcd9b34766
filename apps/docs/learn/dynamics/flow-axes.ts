import { logarithmicAxis, type Axis } from "../../figures/axis.ts";
import { CHART, type ChartLine } from "../../figures/chart.ts";
import { significant } from "../../figures/format-number.ts";
import type { PredictedFlow } from "./predicted-flow.ts";

/** From the first look to the last. */
export function timeAxis({ times }: PredictedFlow): Axis {
  const [from, to] = [times[0], times[times.length - 1]];
  const decades = logarithmicAxis(from, to, CHART.across);
  // Powers of two where there are not two powers of ten.
  return decades.ticks.length > 1 ? decades : logarithmicAxis(from, to, CHART.across, 2);
}

/** When theory expects the loss to fall. */
export function momentsOf({ falls }: PredictedFlow): readonly ChartLine[] {
  return falls.flatMap(({ time }) => (time === undefined ? [] : [{ value: time, label: significant(time, 3) }]));
}
