import { randomKey } from "@onestep/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openDeepOnStatistics } from "./open-deep-on-statistics.ts";
import { openDeep } from "./open-deep.ts";
import type { DeepWeights } from "./sums.ts";

const law = { dimension: 2, contextLength: 5, noiseDeviation: 0.5 };
const prompts = { key: randomKey(7), first: 0, count: 100 };

/** Weights with the same entry everywhere. */
const constantWeights = (layers: number, entry: number, width = 3): DeepWeights => {
  const list = (): Float64Array[] => Array.from({ length: layers }, () => new Float64Array(width * width).fill(entry));
  return { valueProjections: list(), keyQueries: list() };
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe("openDeep", () => {
  it("says which path runs", () => {
    expect(openDeep(law, 1, { precision: "float32" }).name).toBe("wasm-f32 vectors");
    expect(openDeep(law, 4).name).toBe("wasm-f64 matrices 2 of 4");
    expect(openDeep(law, 4, { form: "matrices", engine: "twin" }).name).toBe("twin matrices");
    expect(openDeep({ ...law, dimension: 64 }, 3).name).toBe("wasm-f64 vectors");
  });

  it("runs its twin where there is no WebAssembly, with its numbers", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const { openDeep: openWithout } = await import("./open-deep.ts");
    const [without, twin] = [openWithout(law, 2), openDeep(law, 2, { engine: "twin" })];
    expect(without.name).toBe(twin.name);
    const weights = constantWeights(2, 0.1);
    const [one, other] = [without, twin].map((deep) => deep.lossAndGradient(weights, prompts, constantWeights(2, 0)));
    expect(one).toBe(other);
  });

  it("has the mean of y² as its loss where all weights are 0: d + σ²", () => {
    const loss = openDeep(law, 3, { precision: "float32" }).lossAndGradient(
      constantWeights(3, 0),
      { ...prompts, count: 100_000 },
      constantWeights(3, NaN),
    );
    // The standard deviation of y² is below 4, so that this is ten standard errors.
    expect(Math.abs(loss - 2.25)).toBeLessThan((10 * 4) / Math.sqrt(100_000));
  });

  it("evaluates blocks again in float64 that float32 cannot hold, and counts them", () => {
    const weights = constantWeights(3, 40);
    const [single, double] = (["float32", "float64"] as const).map((precision) => {
      const deep = openDeep(law, 3, { precision });
      const gradient = constantWeights(3, NaN);
      const loss = deep.lossAndGradient(weights, prompts, gradient);
      return { loss, gradient, escalations: deep.escalations };
    });
    expect(double.escalations).toBe(0);
    expect(single.escalations).toBe(2);
    expect({ ...single, escalations: 0 }).toEqual(double);
  });

  it("does so from the start where products of weights would be denormal", () => {
    const [single, double] = (["float32", "float64"] as const).map((precision) => {
      const deep = openDeep(law, 4, { precision });
      const gradient = constantWeights(4, NaN);
      deep.lossAndGradient(constantWeights(4, 1e-12), prompts, gradient);
      return { gradient, escalations: deep.escalations };
    });
    expect(single).toEqual({ ...double, escalations: 2 });
    const zero = openDeep(law, 4, { precision: "float32" });
    zero.lossAndGradient(constantWeights(4, 0), prompts, constantWeights(4, NaN));
    expect(zero.escalations).toBe(0);
  });

  it("does so where responses are so small that products of them would be denormal", () => {
    const small = { ...law, noiseDeviation: 1e-20, task: { factor: 1e-20 } };
    const [single, double] = (["float32", "float64"] as const).map((precision) => {
      const deep = openDeep(small, 2, { precision });
      const loss = deep.lossAndGradient(constantWeights(2, 0.1), prompts, constantWeights(2, NaN));
      return { loss, escalations: deep.escalations };
    });
    expect(single).toEqual({ ...double, escalations: 2 });
  });

  it("leaves float32 to the blocks that it can hold, on given statistics", () => {
    const count = 200;
    const statistics = {
      count,
      contextLength: 1,
      dimension: 1,
      covariateGram: new Float64Array(count).fill(1),
      crossProduct: new Float64Array(count).fill(0.5),
      responseEnergy: new Float64Array(count).fill(0.25),
      queryCovariates: new Float64Array(count).fill(1),
      queryResponses: new Float64Array(count).fill(0.5),
    };
    statistics.covariateGram[150] = 1e6;
    statistics.crossProduct[150] = 1e6;
    statistics.responseEnergy[150] = 1e6;
    const deep = openDeepOnStatistics({ dimension: 1, layers: 3, dividesByLength: true }, { precision: "float32" });
    const exact = openDeepOnStatistics({ dimension: 1, layers: 3, dividesByLength: true });
    const weights = constantWeights(3, 0.5, 2);
    const [loss, expected] = [deep, exact].map((one) =>
      one.lossAndGradient(weights, statistics, constantWeights(3, 0, 2)),
    );
    expect(deep.escalations).toBe(1);
    expect(Math.abs(loss / expected - 1)).toBeLessThan(2 ** -20);
  });

  it("says so where float64 cannot hold them either", () => {
    const deep = openDeep(law, 3);
    expect(() => deep.lossAndGradient(constantWeights(3, 1e30), prompts, constantWeights(3, 0))).toThrow(
      /finite loss and gradient/,
    );
  });

  it("leaves the memory to whoever runs, and finds its own again", () => {
    const [one, other] = [openDeep(law, 2), openDeep({ ...law, dimension: 4 }, 3)];
    const run = (): number => one.lossAndGradient(constantWeights(2, 0.1), prompts, constantWeights(2, 0));
    const before = run();
    other.lossAndGradient(constantWeights(3, 0.1, 5), prompts, constantWeights(3, 0, 5));
    expect(run()).toBe(before);
  });

  it("refuses what is no depth, no form, no batch and no weights", () => {
    expect(() => openDeep(law, 0)).toThrow(/openDeep.layers: expected a whole number from 1 on; got 0/);
    expect(() => openDeep(law, 2, { form: { gramLayers: 2 } })).toThrow(/from 0 to 1; got 2/);
    expect(() => openDeep(law, 2, { form: "matrix" as "matrices" })).toThrow(/did you mean "matrices"/);
    expect(() => openDeep(law, 2, { precision: "f32" as "float32" })).toThrow(/openDeep.precision: expected one of/);
    const deep = openDeep(law, 2);
    const weights = constantWeights(2, 0);
    expect(() => deep.lossAndGradient(weights, { ...prompts, count: 0 }, weights)).toThrow(/a positive count/);
    expect(() => deep.lossAndGradient(weights, { ...prompts, first: -1 }, weights)).toThrow(/first -1/);
    expect(() => deep.lossAndGradient(constantWeights(3, 0), prompts, weights)).toThrow(
      /P and Q of 2 layers, 9 numbers/,
    );
    expect(() => deep.lossAndGradient(weights, prompts, constantWeights(2, 0, 2))).toThrow(/openDeep.gradient/);
  });
});

describe("openDeepOnStatistics", () => {
  it("refuses statistics without S, of another dimension, or with several queries", () => {
    const deep = openDeepOnStatistics({ dimension: 1, layers: 1, dividesByLength: true });
    const weights = constantWeights(1, 0, 2);
    const one = Float64Array.of(1);
    const statistics = {
      count: 1,
      contextLength: 1,
      dimension: 1,
      covariateGram: one,
      crossProduct: one,
      responseEnergy: one,
      queryCovariates: one,
      queryResponses: one,
    };
    const none = { ...statistics, covariateGram: new Float64Array(0) };
    expect(() => deep.lossAndGradient(weights, none, weights)).toThrow(/1 numbers of S/);
    expect(() => deep.lossAndGradient(weights, { ...statistics, dimension: 2 }, weights)).toThrow(/dimension 1/);
    expect(() => deep.lossAndGradient(weights, { ...statistics, queries: 2 }, weights)).toThrow(/2 queries/);
    for (const name of ["crossProduct", "responseEnergy", "queryCovariates", "queryResponses", "lengths"] as const) {
      const short = { ...statistics, [name]: new Float64Array(0) };
      expect(() => deep.lossAndGradient(weights, short, weights)).toThrow(`expected 1 numbers as ${name}`);
    }
  });
});
