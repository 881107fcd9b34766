import { DomainError, isotropic, matrix, randomKey, scale, ShapeError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { lsaHeads } from "../deep/layer-heads.ts";
import { factoredHeads } from "../deep/parametrisations/factored-heads.ts";
import { fullTransformer } from "../deep/parametrisations/full.ts";
import { mergedHeads } from "../deep/parametrisations/merged-heads.ts";
import { sparseTransformer } from "../deep/parametrisations/sparse.ts";
import { normalizedGradient } from "../optimizers/normalized-gradient.ts";
import type { PretrainingPlan } from "../pretrain/plan.ts";
import { pretrain } from "../pretrain/pretrain.ts";
import { inverseTime } from "../pretrain/schedules.ts";
import type { PretrainingState } from "../pretrain/state.ts";
import { layerOnPopulation, trainableOnPopulation } from "./layer-on-population.ts";
import { populationLoss } from "./population-loss.ts";

const law = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
const layer = {
  keyQuery: matrix(3, 3, [0.1, 0.2, 7, 0.3, 0.1, 7, 0.2, 0.4, 7]),
  valueProjection: matrix(3, 1, [0.2, -0.1, 0.5]),
};

describe("a layer on the exact loss of a law", () => {
  it("has the loss that populationLoss computes, and the dead numbers do not move", async () => {
    const model = layerOnPopulation(law);
    const position = model.pack(layer);
    expect(model.unpack(position)).toEqual(layer);
    const { loss, gradient } = await model.lossAndGradient(position, undefined);
    expect(loss).toBe(populationLoss(law, layer).loss);
    expect([2, 5, 8].map((at) => gradient[at])).toEqual([0, 0, 0]);
    expect([...gradient].filter((slope) => slope !== 0).length).toBe(9);
  });

  it("is trained by pretrain to the optimum, along the same curve every time", async () => {
    const plan: PretrainingPlan<typeof layer, undefined> = {
      key: randomKey(0),
      model: () => layerOnPopulation(law),
      prompts: () => undefined,
      optimizer: normalizedGradient({ rate: 0.1 }),
      schedule: inverseTime({ from: 0.5, final: 0.02 }),
      initialScale: 1e-3,
      steps: 300,
      averagedPart: 0,
    };
    const curves: PretrainingState<typeof layer>[][] = [[], []];
    for (const curve of curves) for await (const state of pretrain(plan)) curve.push(state);
    expect(curves[1].map(({ loss }) => loss)).toEqual(curves[0].map(({ loss }) => loss));
    // Theorem 1: L* = d + σ² − nd/(n + d + 1 + σ²).
    const best = 2 + 0.25 - (8 * 2) / (8 + 2 + 1 + 0.25);
    expect(curves[0][299].loss).toBeLessThan(1.001 * best);
    expect(curves[0][299].loss).toBeGreaterThan(best);
  });

  it("of P and Q, divided by n, has the loss of the layer it is: u = −P_last/n", async () => {
    const family = fullTransformer({ dimension: 2, layers: 1 });
    const { layers } = lsaHeads([layer]);
    const [{ valueProjection, keyQuery }] = layers[0];
    const weights = {
      layers: [[{ valueProjection: scale(valueProjection, law.contextLength), keyQuery }]],
      dividesByLength: true,
    };
    const { loss } = await trainableOnPopulation(family, law).lossAndGradient(family.pack(weights), undefined);
    expectClose(loss, populationLoss(law, layer).loss, 1e-13);
  });

  it("reports an overflow as a loss, and throws nothing", async () => {
    const { loss } = await layerOnPopulation(law).lossAndGradient(new Float64Array(12).fill(1e200), undefined);
    expect(Number.isFinite(loss)).toBe(false);
  });

  it("refuses what has no such formula, or does not fit", () => {
    const deep = sparseTransformer({ dimension: 2, layers: 2 });
    expect(() => trainableOnPopulation(deep, law)).toThrow(DomainError);
    expect(() => trainableOnPopulation(deep, law)).toThrow(
      /expected one layer on the tokens of the prompt; got 2 layers/,
    );
    const merged = mergedHeads({ dimension: 2 });
    const prefix = matrix(1, 3, [1, 0, 0]);
    const prefixed = {
      ...merged,
      transformer: (weights: readonly (typeof layer)[]) => ({ ...merged.transformer(weights), embedding: { prefix } }),
    };
    expect(() => trainableOnPopulation(prefixed, law)).toThrow(/got a prefix/);
    expect(() => trainableOnPopulation(factoredHeads({ dimension: 3 }), law)).toThrow(ShapeError);
    expect(() => layerOnPopulation({ ...law, contextLength: 0 })).toThrow(DomainError);
    expect(() => layerOnPopulation({ ...law, tasks: isotropic(3) })).toThrow(ShapeError);
  });
});
