import { childKey, openStream, type RandomKey } from "@onestep/core";
import {
  lbfgs,
  trainableOnPopulation,
  type DescentState,
  type GaussianLinearPopulation,
  type Parametrisation,
} from "@onestep/model";

/** How layers descend on the exact loss. */
export interface PopulationDescent {
  /** The address of the random starts. */
  readonly key: RandomKey;
  readonly starts: number;
  /** Standard deviations of the starts, in turn. */
  readonly scales: readonly number[];
  /** Called on every step, so that a recipe can be ended. */
  readonly tick: () => void;
}

/** The least exact loss of a one-layer family that L-BFGS finds from random starts, and the weights that have it. */
export async function leastOnPopulation<W>(
  family: Parametrisation<W>,
  law: GaussianLinearPopulation,
  { key, starts, scales, tick }: PopulationDescent,
): Promise<{ readonly loss: number; readonly weights: W }> {
  const model = trainableOnPopulation(family, law);
  let best: Pick<DescentState, "loss" | "position"> = { loss: Infinity, position: new Float64Array(family.size) };
  for (let start = 0; start < starts; start++) {
    const from = new Float64Array(family.size);
    openStream(childKey(key, "start", start)).fillNormals(from, 0, family.size);
    const size = scales[start % scales.length];
    const plan = { from: from.map((value) => size * value), most: 1000, tolerance: 1e-9 };
    for await (const state of lbfgs((position) => model.lossAndGradient(position, undefined), plan)) {
      tick();
      if (state.loss < best.loss) best = state;
    }
  }
  return { loss: best.loss, weights: family.unpack(best.position) };
}
