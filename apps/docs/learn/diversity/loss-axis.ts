import { logarithmicAxis, type Axis } from "../../figures/axis.ts";
import { CHART } from "../../figures/chart.ts";
import type { PoolTheory } from "./pool-risks.ts";
import type { PoolSetting } from "./pool-setting.ts";

/** From below the best learner to above the loss of a prediction of 0. */
export function lossAxis({ dimension, noiseVariance }: PoolSetting, { floors }: PoolTheory): Axis {
  return logarithmicAxis(floors.ridge / 1.3, (dimension + noiseVariance) * 1.8, CHART.up, 2);
}
