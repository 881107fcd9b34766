import { optimalStepLoss, softmaxHeads } from "@onestep/theory";
import { isotropic } from "@onestep/core";
import { runTraining } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import {
  addressOf,
  commandOf,
  configOf,
  DEFAULT_SETTING,
  MARGIN,
  NOISE_VARIANCE,
  SCALES,
  settingAt,
} from "./heads-setting.ts";
import { headsTheory } from "./heads-theory.ts";
import { softmax, softmaxLosses } from "./softmax-losses.ts";

describe("the setting of the page", () => {
  it("is told by its address", () => {
    const setting = { contextLength: 5, dimension: 5, taskMean: 0.5, heads: 3, seed: 9, scale: 2 };
    expect(addressOf({ setting, step: 40 })).toBe(`n=5&d=5&mean=0.5&heads=3&seed=9&c=${SCALES[2]}&step=40`);
    expect(settingAt(`?${addressOf({ setting, step: 40 })}`)).toEqual({ setting, step: 40 });
    expect(settingAt("?n=7&d=x&mean=-1&heads=9&seed=z&c=5")).toEqual({ setting: DEFAULT_SETTING, step: 0 });
  });

  it("is the same training as the command", () => {
    expect(commandOf({ ...DEFAULT_SETTING, taskMean: 1 })).toBe(
      'npm start -- train --context 10 --dimension 3 --tasks "gaussian:mean=[1,0,0]" --noise gaussian:variance=0.25 ' +
        "--heads 2 --method exact --steps 500 --learning-rate 0.05 --seed 0",
    );
    expect(configOf({ ...DEFAULT_SETTING, taskMean: 1 })).toMatchObject({
      law: { target: { tasks: { law: "gaussian", mean: [1, 0, 0] } } },
      model: { layers: 1, heads: 2 },
      training: { method: "exact", steps: 500, learningRate: 0.05 },
    });
  });
});

describe("heads of linear attention", () => {
  it.each([
    { taskMean: 0, heads: 1, reaches: "oneHead" },
    { taskMean: 0, heads: 2, reaches: "oneHead" },
    { taskMean: 1, heads: 1, reaches: "oneHead" },
    { taskMean: 1, heads: 3, reaches: "anyHeads" },
  ] as const)(
    "with tasks of mean $taskMean, $heads reach the loss of $reaches",
    async ({ taskMean, heads, reaches }) => {
      const setting = { ...DEFAULT_SETTING, taskMean, heads };
      const { trainingLoss } = await runTraining(configOf(setting));
      const loss = trainingLoss[trainingLoss.length - 1].loss;
      const expected = headsTheory(setting)[reaches];
      expect(Math.abs(loss / expected - 1)).toBeLessThan(MARGIN);
    },
  );

  it("gain nothing without a mean, and something with one", () => {
    const without = headsTheory(DEFAULT_SETTING);
    expect(without.anyHeads).toBeCloseTo(
      optimalStepLoss({ ...DEFAULT_SETTING, noiseVariance: NOISE_VARIANCE }).value,
      10,
    );
    expect(without.oneHead).toBeCloseTo(without.anyHeads, 10);
    const mean = headsTheory({ ...DEFAULT_SETTING, taskMean: 1 });
    expect(mean.oneHead).toBeLessThan(mean.stepAlone * 0.999);
    expect(mean.anyHeads).toBeLessThan(mean.oneHead * 0.999);
  });
});

describe("heads of softmax attention", () => {
  const losses = softmaxLosses({ contextLength: 10, dimension: 3 });

  it("come, as a pair of timid scores, to linear attention with one example less", () => {
    const shape = { contextLength: 10, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: NOISE_VARIANCE };
    const { loss, standardError } = losses.pair[0];
    const expected = softmaxHeads(shape).value.loss;
    expect(standardError).toBeLessThan(0.004 * expected);
    expect(Math.abs(loss - expected)).toBeLessThan(6 * standardError);
    // With all ten examples it would be less than that.
    expect(loss - softmaxHeads({ ...shape, contextLength: 11 }).value.loss).toBeGreaterThan(6 * standardError);
  });

  it("stay well above it alone, whatever the scale", () => {
    const best = Math.min(...losses.oneHead.map(({ loss }) => loss));
    expect(best).toBeGreaterThan(1.2 * losses.pair[0].loss);
  });

  it("weigh examples by their scores, and sum to one", () => {
    const weights = softmax(Float64Array.of(1, 2, -1000), 1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 15);
    expect(weights[1] / weights[0]).toBeCloseTo(Math.E, 14);
    expect(weights[2]).toBe(0);
  });
});
