import { childKey, isotropic, matrix, randomKey, type LsaParameters, type Matrix } from "@onestep/core";
import { float64Engine } from "../src/engine/float64-engine.ts";
import type { LsaEngine } from "../src/engine/lsa-engine.ts";
import { adam } from "../src/optimizers/adam.ts";
import { gradientDescent } from "../src/optimizers/gradient-descent.ts";
import { layerInTokenFrame } from "../src/pretrain/framed-layer.ts";
import type { PretrainingPlan, ScreeningPlan } from "../src/pretrain/plan.ts";
import { pretrain } from "../src/pretrain/pretrain.ts";
import type { PretrainingState } from "../src/pretrain/state.ts";
import { drawPrompts } from "./gaussian-linear.ts";

export const law = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };

/** What a test changes of the plan. */
type Overrides = Partial<PretrainingPlan> & { readonly engine?: LsaEngine };

/** 40 steps on 40 prompts each. */
export function planOf({ engine = float64Engine(), ...overrides }: Overrides = {}, seed = 0): PretrainingPlan {
  const key = randomKey(seed);
  return {
    key: childKey(key, "initial"),
    model: layerInTokenFrame(engine),
    prompts: (step) => drawPrompts(law, childKey(key, "train", step), 40),
    optimizer: adam({ learningRate: 0.02 }),
    steps: 40,
    ...overrides,
  };
}

/** A race under the optimizer of plain gradient descent. */
export function raceOf(starts: number, steps: number): ScreeningPlan {
  return { starts, steps, optimizer: gradientDescent({ learningRate: 0.05 }) };
}

export async function statesOf(plan: PretrainingPlan): Promise<PretrainingState[]> {
  const states: PretrainingState[] = [];
  for await (const state of pretrain(plan)) states.push(state);
  return states;
}

/** An engine whose losses are written in a script, `losses[step][start]`, and whose gradient never moves anything. */
export function scripted(
  losses: readonly (readonly number[])[],
): LsaEngine & { readonly seen: LsaParameters<Matrix>[] } {
  const rest = losses.flat();
  const seen: LsaParameters<Matrix>[] = [];
  return {
    ...float64Engine(),
    seen,
    lossAndGradient: async (parameters) => {
      seen.push(parameters);
      return {
        loss: rest[seen.length - 1],
        gradient: { keyQuery: matrix(3, 3), valueProjection: matrix(3, 1) },
      };
    },
  };
}
