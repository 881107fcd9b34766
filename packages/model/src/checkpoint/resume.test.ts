import { childKey, isotropic, randomKey } from "@onestep/core";
import { expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { adam } from "../optimizers/adam.ts";
import { normalizedGradient } from "../optimizers/normalized-gradient.ts";
import { layerInTokenFrame } from "../pretrain/framed-layer.ts";
import type { PretrainingPlan } from "../pretrain/plan.ts";
import { pretrain, resume } from "../pretrain/pretrain.ts";
import type { PretrainingSnapshot } from "../pretrain/snapshot.ts";
import type { PretrainingState } from "../pretrain/state.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

const key = randomKey(3);
const law = { contextLength: 4, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.1 };

/** A plan made anew, as another process would make it. */
const plan = (): PretrainingPlan => ({
  key,
  model: layerInTokenFrame(float64Engine()),
  prompts: (step) => drawPrompts(law, childKey(key, "train", step), 8),
  optimizer: adam({ learningRate: 0.05 }),
  steps: 12,
  screening: { starts: 3, steps: 4, optimizer: normalizedGradient({ rate: 0.1 }) },
});

async function statesOf(run: AsyncIterable<PretrainingState>): Promise<PretrainingState[]> {
  const states: PretrainingState[] = [];
  for await (const state of run) states.push(state);
  return states;
}

it("a run stored after any step, in the race or after it, goes on as if it had never stopped", async () => {
  const whole = await statesOf(pretrain(plan()));
  expect(whole.length).toBe(12);
  for (const { step, snapshot } of whole) {
    const bytes = encodeCheckpoint("pretraining", { key, step, state: snapshot });
    const stored = decodeCheckpoint<PretrainingSnapshot>("pretraining", bytes);
    expect(stored).toEqual({ key, step, state: snapshot });
    expect(await statesOf(resume(plan(), stored.state))).toEqual(whole.slice(step));
  }
});
