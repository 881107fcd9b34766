import { linearAxis, niceStep, type Axis } from "../../figures/axis.ts";
import { CHART } from "../../figures/chart.ts";
import type { Prediction } from "./nonlinear-setting.ts";

/** From 0 to above the loss of silence, so that the parts of E y² have their true proportions. */
export function lossAxis({ silence }: Prediction): Axis {
  const tick = niceStep(Math.max(silence, 0.01) / 4);
  return linearAxis(0, tick * Math.ceil((1.15 * silence) / tick + 0.2), CHART.up);
}
