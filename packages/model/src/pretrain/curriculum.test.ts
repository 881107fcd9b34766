import { childKey, DomainError, isotropic, randomKey, ShapeError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { adam } from "../optimizers/adam.ts";
import { inDimension, staircase } from "./curriculum.ts";
import { layerInTokenFrame } from "./framed-layer.ts";
import { logSpaced } from "./log-spaced.ts";
import { pretrain } from "./pretrain.ts";
import { pretrainSeeds } from "./seeds.ts";
import type { PretrainingState } from "./state.ts";

describe("a curriculum", () => {
  it("grows in stages and then stays", () => {
    const size = staircase({ from: 2, to: 6, by: 3, every: 10 });
    expect([0, 9, 10, 19, 20, 1000].map(size)).toEqual([2, 2, 5, 5, 6, 6]);
    expect([0, 1, 2].map(staircase({ from: 4, to: 4, every: 1 }))).toEqual([4, 4, 4]);
  });

  it("refuses stages that are none", () => {
    for (const bad of [{ from: 0 }, { to: 1 }, { by: -1 }, { every: 0.5 }, { every: NaN }]) {
      expect(() => staircase({ from: 2, to: 6, every: 10, ...bad })).toThrow(DomainError);
    }
    for (const step of [NaN, -1]) {
      expect(() => staircase({ from: 2, to: 6, every: 10 })(step)).toThrow(/a step, counted from 0/);
    }
  });

  it("lays prompts into more dimensions, where a layer sees of them what it saw before", async () => {
    const law = { contextLength: 3, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.5 };
    const prompts = drawPrompts(law, randomKey(0), 4);
    const wide = inDimension(3, prompts);
    expect(wide.covariates.length).toBe(4 * 3 * 3);
    expect([...wide.covariates.subarray(3, 6)]).toEqual([...prompts.covariates.subarray(2, 4), 0]);
    expect([...wide.queryCovariates.subarray(9)]).toEqual([...prompts.queryCovariates.subarray(6), 0]);
    expect(inDimension(2, prompts)).toEqual(prompts);
    expect(() => inDimension(1, prompts)).toThrow(ShapeError);
  });

  it("trains one layer over n and d", async () => {
    const [n, d] = [staircase({ from: 2, to: 4, every: 5 }), staircase({ from: 1, to: 3, every: 5 })];
    const run = pretrain({
      key: randomKey(0),
      model: layerInTokenFrame(float64Engine()),
      prompts: (step) => {
        const [covariates, tasks] = [isotropic(d(step)), isotropic(d(step))];
        const law = { contextLength: n(step), covariates, tasks, noiseVariance: 0.25 };
        return inDimension(3, drawPrompts(law, childKey(randomKey(0), "train", step), 10));
      },
      optimizer: adam(),
      steps: 15,
      averagedPart: 0,
    });
    const states: PretrainingState[] = [];
    for await (const state of run) states.push(state);
    expect(states[14].status).toBe("finished");
    // Column j of M meets coordinate j of the query: it rests until a stage has that coordinate.
    const column = (j: number): number[] => states.map(({ parameters }) => parameters.keyQuery.values[j]);
    expect(column(0).map((entry) => column(0).indexOf(entry))).toEqual(Array.from({ length: 15 }, (_, at) => at));
    expect(new Set(column(1).slice(0, 5)).size).toBe(1);
    expect(column(1)[5]).not.toBe(column(1)[4]);
    expect(new Set(column(2).slice(0, 10)).size).toBe(1);
    expect(column(2)[10]).not.toBe(column(2)[9]);
  });
});

describe("log-spaced checkpoints", () => {
  const kept = (perDecade: number, steps: number): number[] =>
    Array.from({ length: steps }, (_, at) => at + 1).filter(logSpaced({ perDecade }));

  it("are the first steps at or beyond the powers of ten and what lies between them", () => {
    expect(kept(1, 20_000)).toEqual([1, 10, 100, 1000, 10_000]);
    expect(kept(3, 1000)).toEqual([1, 3, 5, 10, 22, 47, 100, 216, 465, 1000]);
    expect(kept(100, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("need a whole number a decade", () => {
    for (const perDecade of [0, 2.5, NaN]) expect(() => logSpaced({ perDecade })).toThrow(DomainError);
  });
});

describe("several seeds", () => {
  it("end each as its own run does, in their order", async () => {
    const law = { contextLength: 3, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0.25 };
    const planOf = (seed: number) => ({
      key: randomKey(seed),
      model: layerInTokenFrame(float64Engine()),
      prompts: (step: number) => drawPrompts(law, childKey(randomKey(seed), "train", step), 5),
      optimizer: adam(),
      steps: 4,
    });
    const states = await pretrainSeeds([7, 3, 7], planOf);
    expect(states.map(({ snapshot }) => snapshot.plan.key)).toEqual(["7", "3", "7"]);
    expect(states[2]).toEqual(states[0]);
    expect(states[1].parameters).not.toEqual(states[0].parameters);
    const [alone] = await pretrainSeeds([3], planOf);
    expect(alone).toEqual(states[1]);
  });
});
