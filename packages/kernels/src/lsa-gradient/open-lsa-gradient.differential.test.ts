import { childKey, openStream, randomKey, type PromptBatch } from "@onestep/core";
import { assert, constantFrom, integer, property, record, type Arbitrary } from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { openLsaGradient } from "./open-lsa-gradient.ts";
import { lsaLossAndGradient } from "./twin.ts";

interface Evaluation {
  readonly loss: number;
  readonly keyQuery: Float64Array;
  readonly valueProjection: Float64Array;
}

interface Layer {
  readonly keyQuery: Float64Array;
  readonly valueProjection: Float64Array;
}

function evaluate(lossAndGradient: typeof lsaLossAndGradient, layer: Layer, prompts: PromptBatch): Evaluation {
  const gradient = {
    keyQuery: new Float64Array(layer.keyQuery.length).fill(NaN),
    valueProjection: new Float64Array(layer.valueProjection.length).fill(NaN),
  };
  const loss = lossAndGradient(layer.keyQuery, layer.valueProjection, prompts, gradient);
  return { loss, ...gradient };
}

interface Size {
  readonly dimension: number;
  readonly contextLength: number;
  readonly count: number;
  readonly seed: number;
}

/** Layers and prompts of all sizes: small contexts and large ones, batches that do not fill a strip or a block. */
const anySize: Arbitrary<Size> = record({
  dimension: integer({ min: 1, max: 40 }),
  contextLength: constantFrom(1, 2, 3, 4, 5, 20, 61),
  count: constantFrom(1, 11, 12, 13, 95, 96, 97, 230),
  seed: integer({ min: 0 }),
});

function draw({ dimension, contextLength, count, seed }: Size): { layer: Layer; prompts: PromptBatch } {
  const numbers = (label: string, length: number): Float64Array => {
    const values = new Float64Array(length);
    openStream(childKey(randomKey(seed), label)).fillNormals(values, 0, length);
    return values;
  };
  const width = dimension + 1;
  return {
    layer: { keyQuery: numbers("M", width * width), valueProjection: numbers("u", width) },
    prompts: {
      count,
      contextLength,
      dimension,
      covariates: numbers("X", count * contextLength * dimension),
      responses: numbers("y", count * contextLength),
      queryCovariates: numbers("x_q", count * dimension),
      queryResponses: numbers("y_q", count),
    },
  };
}

/** Loss and gradient of absolute values, with nothing cancelled: no sum on the way is larger, so roundings are relative to it. */
function scaleOf({ keyQuery, valueProjection }: Layer, prompts: PromptBatch): Evaluation {
  const size = (values: Float64Array): Float64Array => values.map(Math.abs);
  const layer = { keyQuery: size(keyQuery), valueProjection: size(valueProjection) };
  return evaluate(lsaLossAndGradient, layer, {
    ...prompts,
    covariates: size(prompts.covariates),
    responses: size(prompts.responses),
    queryCovariates: size(prompts.queryCovariates),
    queryResponses: prompts.queryResponses.map((response) => -Math.abs(response)),
  });
}

/** Rows of a context whose sum is rounded by itself: `rows.as.ts` adds these sums as if they were exact. */
const CONTEXT_BLOCK = 256;

/**
 * Roundings on the longest path: M v_q, a score and the sum over tokens make a vector, a product of two vectors the
 * residual, which enters squared or times such a vector; then come the prompts. Every number read is rounded once.
 */
function roundings({ dimension, contextLength, count }: PromptBatch): number {
  const vector = 2 * (dimension + 2) + Math.min(contextLength, CONTEXT_BLOCK) + 4;
  return 2 * (2 * vector + dimension + 2) + count + 4;
}

function expectAgreement(precision: "float32" | "float64", unitRoundoff: number, size: Size): void {
  const { layer, prompts } = draw(size);
  const actual = evaluate(openLsaGradient(precision).lossAndGradient, layer, prompts);
  const expected = evaluate(lsaLossAndGradient, layer, prompts);
  const scale = scaleOf(layer, prompts);
  // Both of them round.
  const bound = 2 * roundings(prompts) * unitRoundoff;
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(bound * scale.loss);
  for (const name of ["keyQuery", "valueProjection"] as const) {
    const worst = actual[name].findIndex(
      (entry, at) => !(Math.abs(entry - expected[name][at]) <= bound * scale[name][at]),
    );
    expect(worst, name).toBe(-1);
  }
}

describe("openLsaGradient, against its twin", () => {
  it("agrees in float64", () => {
    assert(property(anySize, (size) => expectAgreement("float64", 2 ** -53, size)));
  });

  it("agrees in float32", () => {
    assert(property(anySize, (size) => expectAgreement("float32", 2 ** -24, size)));
  });

  it("loses nothing to long contexts in float32, even where every row is rounded the same way", () => {
    const layer = { keyQuery: Float64Array.of(1, 0, 1, 0), valueProjection: Float64Array.of(1e-6, 1e-6) };
    const [count, contextLength] = [13, 150_001];
    const fill = (length: number): Float64Array => new Float64Array(length).fill(0.7);
    const prompts = {
      count,
      contextLength,
      dimension: 1,
      covariates: fill(count * contextLength),
      responses: fill(count * contextLength),
      queryCovariates: fill(count),
      queryResponses: fill(count),
    };
    const actual = evaluate(openLsaGradient("float32").lossAndGradient, layer, prompts);
    const expected = evaluate(lsaLossAndGradient, layer, prompts);
    const scale = scaleOf(layer, prompts);
    const bound = roundings(prompts) * 2 ** -24;
    expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(bound * scale.loss);
    expect(Math.abs(actual.valueProjection[0] - expected.valueProjection[0])).toBeLessThanOrEqual(
      bound * scale.valueProjection[0],
    );
  });

  it("sums prompts in float64 that float32 cannot hold", () => {
    const { layer, prompts } = draw({ dimension: 2, contextLength: 3, count: 100, seed: 0 });
    prompts.covariates[7] = 1e30;
    const engine = openLsaGradient("float32");
    const actual = evaluate(engine.lossAndGradient, layer, prompts);
    expect(engine.escalations).toBe(1);
    const expected = evaluate(lsaLossAndGradient, layer, prompts);
    // The block with the large number outweighs the other.
    const bound = roundings(prompts) * 2 ** -53;
    expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThanOrEqual(bound);
    for (const name of ["keyQuery", "valueProjection"] as const) {
      const ratios = actual[name].map((entry, at) =>
        expected[name][at] === 0 ? entry : entry / expected[name][at] - 1,
      );
      expect(Math.max(...ratios.map(Math.abs)), name).toBeLessThanOrEqual(bound);
    }
  });

  it.each([
    ["u", 1e-30, 1, 1, 1],
    ["M", 1, 1e-30, 1, 1],
    ["prompts", 1, 1, 1e-20, 1e-20],
    ["contexts", 1, 1, 1e-22, 1],
    ["parameters of large prompts", 1e-20, 1e-20, 1e20, 1e20],
  ])("sums in float64 from the start where float32 would lose products of %s", (_, value, keys, scale, ofQueries) => {
    const { layer, prompts } = draw({ dimension: 2, contextLength: 3, count: 100, seed: 0 });
    const small = {
      keyQuery: layer.keyQuery.map((entry) => keys * entry),
      valueProjection: layer.valueProjection.map((entry) => value * entry),
    };
    const scaled = {
      ...prompts,
      covariates: prompts.covariates.map((entry) => scale * entry),
      responses: prompts.responses.map((entry) => scale * entry),
      queryCovariates: prompts.queryCovariates.map((entry) => ofQueries * entry),
      queryResponses: prompts.queryResponses.map((entry) => ofQueries * entry),
    };
    const engine = openLsaGradient("float32");
    expect(evaluate(engine.lossAndGradient, small, scaled)).toEqual(evaluate(lsaLossAndGradient, small, scaled));
    expect(engine.escalations).toBe(2);
  });

  it("takes contexts that are too long to copy as its twin does", () => {
    const { layer, prompts } = draw({ dimension: 1, contextLength: 200_000, count: 1, seed: 0 });
    const engine = openLsaGradient("float64");
    expect(evaluate(engine.lossAndGradient, layer, prompts)).toEqual(evaluate(lsaLossAndGradient, layer, prompts));
    expect(engine.escalations).toBe(1);
  });

  it("is the twin where there is no WebAssembly", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const fresh = await import("./open-lsa-gradient.ts");
    const { name, lossAndGradient } = fresh.openLsaGradient("float32");
    expect(name).toBe("twin given rows");
    const { layer, prompts } = draw({ dimension: 2, contextLength: 3, count: 13, seed: 0 });
    expect(evaluate(lossAndGradient, layer, prompts)).toEqual(evaluate(lsaLossAndGradient, layer, prompts));
    vi.unstubAllGlobals();
  });

  it("serves layers and prompts of one size after another", () => {
    const engine = openLsaGradient("float32");
    const sizes = [3, 1, 3].map((dimension) => ({ dimension, contextLength: 2 + dimension, count: 20, seed: 1 }));
    const [first, , again] = sizes.map((size) => {
      const { layer, prompts } = draw(size);
      return evaluate(engine.lossAndGradient, layer, prompts);
    });
    expect(again).toEqual(first);
  });

  it("says which path runs", () => {
    expect(openLsaGradient("float32").name).toBe("wasm-f32 given rows");
    expect(openLsaGradient("float64").name).toBe("wasm-f64 given rows");
    expect(() => openLsaGradient("float16" as "float32")).toThrow(/openLsaGradient.precision: expected one of/);
  });
});
