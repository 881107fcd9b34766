import { childKey, float64Backend, isotropic, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { statisticsOf } from "../../tests/transformer-oracle.ts";
import { adam } from "../optimizers/adam.ts";
import type { PretrainingPlan } from "../pretrain/plan.ts";
import { pretrain } from "../pretrain/pretrain.ts";
import type { PretrainingState } from "../pretrain/state.ts";
import type { Contexts } from "./context-gram.ts";
import type { Parametrisation } from "./parametrisations/parametrisation.ts";
import { sparseTransformer } from "./parametrisations/sparse.ts";
import { tiedTransformer } from "./parametrisations/tied.ts";
import { trainableTransformer } from "./trainable-transformer.ts";
import { transformerEngine } from "./transformer-engine.ts";

const law = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
const engine = transformerEngine(float64Backend());

/** Theorem 1: what one step can reach, d + σ² − nd/(n + d + 1 + σ²). */
const bestOfOneStep = 2 + 0.25 - (8 * 2) / (8 + 2 + 1 + 0.25);

function planOf<W>(family: Parametrisation<W>, overrides: Partial<PretrainingPlan<W, Contexts>> = {}) {
  return {
    key: childKey(randomKey(1), "initial"),
    model: () => trainableTransformer(family, engine),
    prompts: (step: number) => drawPrompts(law, childKey(randomKey(1), "train", step), 64),
    optimizer: adam({ learningRate: 0.02 }),
    steps: 300,
    schedule: (done: number) => 1 - 0.9 * done,
    ...overrides,
  };
}

async function lastOf<W>(plan: PretrainingPlan<W, Contexts>): Promise<PretrainingState<W>> {
  let last: PretrainingState<W> | undefined;
  for await (const state of pretrain(plan)) last = state;
  return last!;
}

async function freshLoss<W>(family: Parametrisation<W>, weights: W): Promise<number> {
  const prompts = drawPrompts(law, childKey(randomKey(2), "fresh"), 4000);
  return (await engine.lossAndGradient(family.transformer(weights), prompts)).loss;
}

describe("pre-training a linear transformer", () => {
  it("of two layers gets below what any single step can reach, tied or not", async () => {
    const free = sparseTransformer({ dimension: 2, layers: 2 });
    const tied = tiedTransformer({ repetitions: 2, loop: sparseTransformer({ dimension: 2, layers: 1 }) });
    const trainedFree = await lastOf(planOf(free));
    const trainedTied = await lastOf(planOf(tied));
    expect(trainedFree.status).toBe("finished");
    // 4000 prompts tell the loss to within about 0.02; the optima of two layers lie 0.2 below that of one.
    expect(await freshLoss(free, trainedFree.parameters)).toBeLessThan(bestOfOneStep - 0.1);
    expect(await freshLoss(tied, trainedTied.parameters)).toBeLessThan(bestOfOneStep - 0.1);
    expect(trainedTied.parameters.length).toBe(1);
    expect(trainedFree.blocks.length).toBe(8);
  });

  it("on statistics is pre-training on the rows behind them", async () => {
    const family = sparseTransformer({ dimension: 2, layers: 2 });
    const plan = planOf(family, { steps: 5 });
    const rows = (step: number) => drawPrompts(law, childKey(randomKey(3), "train", step), 16);
    const onRows = await lastOf({ ...plan, prompts: rows });
    const onStatistics = await lastOf({ ...plan, prompts: (step) => statisticsOf(rows(step)) });
    // Sums over the same eight rows in the same order.
    expect(onStatistics.parameters).toEqual(onRows.parameters);
  });

  it("ends with the last finite weights where it diverges", async () => {
    const family = sparseTransformer({ dimension: 2, layers: 2 });
    const last = await lastOf(planOf(family, { optimizer: adam({ learningRate: 1e90 }), steps: 50 }));
    expect(last.status).toBe("diverged");
    expect(family.pack(last.parameters).every(Number.isFinite)).toBe(true);
  });
});
