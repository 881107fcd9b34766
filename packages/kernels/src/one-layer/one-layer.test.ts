import { DomainError, matrix, NumericalError, randomKey, ShapeError } from "@onestep/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LinearGaussianLaw } from "./law.ts";
import { openOneLayer, type OneLayer, type OneLayerOptions } from "./one-layer.ts";

const law = { dimension: 2, contextLength: 3, noiseDeviation: 0.5 };
const prompts = { key: randomKey(0), first: 0, count: 200 };
const parametersOf = (keys: number, value: number) => ({
  keyQuery: new Float64Array(9).fill(keys),
  valueProjection: new Float64Array(3).fill(value),
});
const gradientOf = (layer: OneLayer, parameters: ReturnType<typeof parametersOf>) => {
  const gradient = parametersOf(NaN, NaN);
  return { loss: layer.lossAndGradient(parameters, prompts, gradient), ...gradient };
};
const paths: readonly OneLayerOptions[] = [
  { method: "rows" },
  { method: "two-column" },
  { method: "rao-blackwell" },
  { method: "two-column", precision: "float32", antithetic: true },
  { method: "rao-blackwell", engine: "twin", antithetic: true },
];

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("openOneLayer", () => {
  it("says which path runs", () => {
    const nameOf = (options: OneLayerOptions): string => openOneLayer(law, options).name;
    expect(nameOf({})).toBe("wasm-f64 two-column");
    expect(nameOf({ precision: "float32", method: "rao-blackwell", antithetic: true })).toBe(
      "wasm-f32 rao-blackwell antithetic",
    );
    expect(nameOf({ precision: "float32", engine: "twin", method: "rows" })).toBe("twin rows");
  });

  it("takes the twin where WebAssembly does not run", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const { openOneLayer: open } = await import("./one-layer.ts");
    expect(open(law).name).toBe("twin two-column");
  });

  it.each(paths)("predicts 0 with u = 0: no gradient in M, and the loss of responses (%o)", (options) => {
    const { loss, keyQuery, valueProjection } = gradientOf(openOneLayer(law, options), parametersOf(1, 0));
    expect([...keyQuery].every((entry) => Math.abs(entry) === 0)).toBe(true);
    expect([...valueProjection].every((entry) => Number.isFinite(entry) && entry !== 0)).toBe(true);
    expect(loss).toBeGreaterThan(1);
  });

  it.each(paths)("meets p and k on one line: d = 1 without noise (%o)", (options) => {
    const layer = openOneLayer({ dimension: 1, contextLength: 2, noiseDeviation: 0 }, options);
    const gradient = { keyQuery: new Float64Array(4), valueProjection: new Float64Array(2) };
    const parameters = { keyQuery: Float64Array.of(1, 0, 0.5, 0), valueProjection: Float64Array.of(0, 1) };
    expect(layer.lossAndGradient(parameters, prompts, gradient)).toBeGreaterThan(0);
    expect([...gradient.keyQuery, ...gradient.valueProjection].every(Number.isFinite)).toBe(true);
  });

  it("leaves the dead column of M at 0, and reads nothing from it", () => {
    const layer = openOneLayer(law);
    const [one, other] = [parametersOf(1, 1), parametersOf(1, 1)];
    for (const row of [2, 5, 8]) other.keyQuery[row] = NaN;
    expect(gradientOf(layer, other)).toEqual(gradientOf(layer, one));
    expect([2, 5, 8].map((at) => gradientOf(layer, one).keyQuery[at])).toEqual([0, 0, 0]);
  });

  it("shares its memory with others, in any order", () => {
    const layers = [
      openOneLayer(law),
      openOneLayer({ ...law, task: { factor: matrix(2, 2, Float64Array.of(1, 2, 3, 4)) } }, { precision: "float32" }),
    ];
    const parameters = parametersOf(1, 0.1);
    const alone = layers.map((layer) => gradientOf(layer, parameters));
    expect([1, 0, 0, 1].map((at) => gradientOf(layers[at], parameters))).toEqual([1, 0, 0, 1].map((at) => alone[at]));
  });

  it("sums in float64 what float32 cannot hold, and counts those blocks", () => {
    const parameters = parametersOf(1e20, 1);
    const layer = openOneLayer(law, { precision: "float32" });
    expect(gradientOf(layer, parameters)).toEqual(gradientOf(openOneLayer(law), parameters));
    expect(layer.escalations).toBe(layer.blockCount(prompts.count));
    gradientOf(layer, parametersOf(1, 1));
    expect(layer.escalations).toBe(3);
  });

  it.each<readonly [string, Partial<LinearGaussianLaw>, number, number]>([
    ["u", {}, 1, 1e-20],
    ["M", {}, 1e-20, 1],
    ["responses", { noiseDeviation: 1e-20, task: { factor: 1e-20 } }, 1, 1],
  ])("sums in float64 from the start where float32 would lose products of %s", (_, small, keys, value) => {
    const [single, double] = (["float32", "float64"] as const).map((precision) => {
      const layer = openOneLayer({ ...law, ...small }, { precision });
      return { ...gradientOf(layer, parametersOf(keys, value)), escalations: layer.escalations };
    });
    expect(single).toEqual({ ...double, escalations: 3 });
  });

  it("leaves what is 0 to float32", () => {
    const silent = openOneLayer({ ...law, noiseDeviation: 0, task: { factor: 0 } }, { precision: "float32" });
    for (const layer of [silent, openOneLayer(law, { precision: "float32" })]) {
      for (const [keys, value] of [
        [0, 1],
        [1, 0],
        [0, 0],
      ]) {
        gradientOf(layer, parametersOf(keys, value));
      }
      expect(layer.escalations).toBe(0);
    }
  });

  it.each([...paths, {}, { precision: "float32" }, { engine: "twin" }] as const)(
    "refuses to return what is not finite (%o)",
    (options) => {
      const layer = openOneLayer(law, options);
      for (const [keys, value] of [
        [1e200, 1e200],
        [NaN, 1],
        [1, NaN],
        [1, Infinity],
      ]) {
        expect(() => gradientOf(layer, parametersOf(keys, value))).toThrow(NumericalError);
      }
      expect(() => gradientOf(layer, parametersOf(NaN, 1))).toThrow("expected a finite loss and gradient");
    },
  );

  it("says that it is the gradient that is not finite, where the loss is", () => {
    const layer = openOneLayer({ ...law, contextLength: 1e6 });
    expect(() => gradientOf(layer, parametersOf(1e304, 0))).toThrow(/got a loss of [\d.]+, and a gradient that is not/);
  });

  it.each([
    [{ method: "colums" }, /openOneLayer.method: expected one of rows, two-column, rao-blackwell; got "colums"/],
    [{ precision: "float16" }, /openOneLayer.precision: .* did you mean "float64"/],
    [{ engine: "wasn" }, /openOneLayer.engine: .* did you mean "wasm"/],
  ] as const)("refuses options that are none: %o", (options, message) => {
    expect(() => openOneLayer(law, options as object)).toThrow(message);
  });

  it("tells laws of too long contexts that none longer is needed", () => {
    expect(() => openOneLayer({ ...law, contextLength: 2 ** 25 })).toThrow(/to 2\^24; got 33554432.*endless/);
  });

  it("refuses laws, methods, requests and shapes that are none", () => {
    for (const [wrong, error] of [
      [{ dimension: 0 }, DomainError],
      [{ contextLength: 0.5 }, DomainError],
      [{ contextLength: 2 ** 25 }, DomainError],
      [{ noiseDeviation: -1 }, DomainError],
      [{ noiseDeviation: NaN }, DomainError],
      [{ task: { factor: Infinity } }, DomainError],
      [{ task: { mean: Float64Array.of(0, NaN) } }, DomainError],
      [{ task: { mean: new Float64Array(1) } }, ShapeError],
      [{ task: { factor: new Float64Array(3) } }, ShapeError],
      [{ task: { factor: matrix(1, 4, new Float64Array(4)) } }, ShapeError],
    ] as const) {
      expect(() => openOneLayer({ ...law, ...wrong })).toThrow(error);
    }
    expect(() => openOneLayer(law, { method: "rows", antithetic: true })).toThrow('Try: choose "two-column"');
    const layer = openOneLayer(law, { antithetic: true });
    const parameters = parametersOf(1, 1);
    for (const request of [
      { first: 1 },
      { first: -4 },
      { count: 0 },
      { count: 6 },
      { count: NaN },
      { first: 2 ** 53 - 8 },
    ]) {
      expect(() => layer.lossAndGradient(parameters, { ...prompts, ...request }, parametersOf(0, 0))).toThrow(
        "multiples of 4",
      );
    }
    const short = { ...parameters, keyQuery: new Float64Array(4) };
    expect(() => layer.lossAndGradient(short, prompts, parameters)).toThrow(ShapeError);
    expect(() => layer.lossAndGradient(parameters, prompts, short)).toThrow(ShapeError);
  });
});
