import { covariance, float64Backend, matrix, randomKey, type ContextStatistics, type PromptBatch } from "@onestep/core";
import { anySeed } from "@onestep/testkit";
import { asyncProperty, assert, constantFrom, integer, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { factoredHeads } from "../deep/parametrisations/factored-heads.ts";
import { fullTransformer } from "../deep/parametrisations/full.ts";
import { sparseTransformer } from "../deep/parametrisations/sparse.ts";
import { trainableTransformer } from "../deep/trainable-transformer.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { layerInTokenFrame } from "../pretrain/framed-layer.ts";
import { layerOnStatistics } from "./layer-on-statistics.ts";
import { transformerOnStatistics } from "./transformer-on-statistics.ts";

function sums({ count, contextLength, dimension, covariates, responses, ...queries }: PromptBatch): ContextStatistics {
  const covariateGram: number[] = [];
  const [crossProduct, responseEnergy] = [new Float64Array(count * dimension), new Float64Array(count)];
  for (let prompt = 0; prompt < count; prompt++) {
    const rows = Array.from({ length: contextLength }, (_, row) => prompt * contextLength + row);
    const total = (entry: (row: number) => number): number => rows.reduce((sum, row) => sum + entry(row), 0);
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j <= i; j++) {
        covariateGram.push(total((row) => covariates[row * dimension + i] * covariates[row * dimension + j]));
      }
      crossProduct[prompt * dimension + i] = total((row) => responses[row] * covariates[row * dimension + i]);
    }
    responseEnergy[prompt] = total((row) => responses[row] ** 2);
  }
  const covariateSums = Float64Array.from(covariateGram);
  return { count, contextLength, dimension, covariateGram: covariateSums, crossProduct, responseEnergy, ...queries };
}

/** One to five rows a prompt, the others zero. */
function cutToLengths(prompts: PromptBatch): PromptBatch {
  const { count, contextLength: n, dimension: d } = prompts;
  const lengths = Int32Array.from({ length: count }, (_, prompt) => 1 + (prompt % n));
  const isKept = (row: number): boolean => row % n < lengths[Math.floor(row / n)];
  return {
    ...prompts,
    lengths,
    covariates: prompts.covariates.map((x, at) => (isKept(Math.floor(at / d)) ? x : 0)),
    responses: prompts.responses.map((y, row) => (isKept(row) ? y : 0)),
  };
}

const law = {
  contextLength: 5,
  covariates: covariance(matrix(2, 2, [1, 0.4, 0.4, 0.5])),
  tasks: covariance(matrix(2, 2, [0.3, -0.1, -0.1, 0.2])),
  noiseVariance: 0.3,
};
const size = (values: Float64Array): Float64Array => values.map(Math.abs);

describe("transformerOnStatistics", () => {
  const exact = <W>(family: Parameters<typeof trainableTransformer<W>>[0]) =>
    trainableTransformer(family, transformerEngine(float64Backend()));

  it("is the Gram recursion of any backend, within rounding, in either precision", async () => {
    await assert(
      asyncProperty(
        tuple(integer({ min: 1, max: 4 }), anySeed(), constantFrom<("float64" | "float32")[]>("float64", "float32")),
        async (drawn) => {
          const [layers, seed, precision] = drawn;
          const family = fullTransformer({ dimension: 2, layers });
          const statistics = sums(drawPrompts(law, randomKey(seed), 20));
          const position = drawPrompts(law, randomKey(seed), family.size).queryResponses.map((value) => value / 4);
          const actual = await transformerOnStatistics(family, { precision }).lossAndGradient(position, statistics);
          const expected = await exact(family).lossAndGradient(position, statistics);
          // Of absolute values nothing cancels: all that is added on the way is there at most.
          const scale = await exact(family).lossAndGradient(size(position), {
            ...statistics,
            covariateGram: size(statistics.covariateGram),
            crossProduct: size(statistics.crossProduct),
            queryCovariates: size(statistics.queryCovariates),
            queryResponses: size(statistics.queryResponses),
          });
          // Each layer multiplies some ten times by matrices of three rows, forward and backward; then come 20 prompts.
          const bound = (precision === "float32" ? 2 ** -24 : 2 ** -53) * (2 * 40 * layers + 20);
          expectEntriesClose([actual.loss], [expected.loss], [bound * scale.loss]);
          expectEntriesClose(
            actual.gradient,
            expected.gradient,
            size(scale.gradient).map((entry) => bound * entry),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("says which path runs", () => {
    const path = (heads: number, precision: "float32" | "float64"): string | undefined =>
      transformerOnStatistics(fullTransformer({ dimension: 2, layers: 2, heads }), { precision }).path;
    expect(path(1, "float64")).toBe("wasm-f64 vectors on statistics");
    expect(path(1, "float32")).toBe("wasm-f32 vectors on statistics");
    expect(path(2, "float32")).toBe("float64 statistics");
  });

  it("takes families that kernels do not evaluate as any backend does", async () => {
    const family = fullTransformer({ dimension: 2, layers: 2, heads: 2 });
    const statistics = sums(drawPrompts(law, randomKey(1), 4));
    const position = drawPrompts(law, randomKey(2), family.size).queryResponses;
    expect(await transformerOnStatistics(family).lossAndGradient(position, statistics)).toEqual(
      await exact(family).lossAndGradient(position, statistics),
    );
  });

  it("of products of weights that overflow returns an overflow, too", async () => {
    const factored = transformerOnStatistics(factoredHeads({ dimension: 2 }));
    const statistics = sums(drawPrompts(law, randomKey(1), 4));
    const { loss } = await factored.lossAndGradient(new Float64Array(factored.size).fill(1e180), statistics);
    expect(loss).toBe(Infinity);
    const tiny = { ...law, covariates: covariance(matrix(2, 2, [1e-6, 0, 0, 1e-6])) };
    const small = sums(drawPrompts(tiny, randomKey(1), 4));
    const framed = layerOnStatistics()(small);
    // Covariates of 10⁻³ make entries of M a million times those of the frame.
    for (const entry of [1e303, 1e150]) {
      expect((await framed.lossAndGradient(new Float64Array(framed.size).fill(entry), small)).loss).toBe(Infinity);
    }
  });

  it("returns an overflow, and refuses statistics that are none", async () => {
    const deep = transformerOnStatistics(sparseTransformer({ dimension: 2, layers: 2 }));
    const statistics = sums(drawPrompts(law, randomKey(1), 4));
    const huge = await deep.lossAndGradient(new Float64Array(8).fill(1e200), statistics);
    expect([huge.loss, huge.gradient[0]]).toEqual([Infinity, Infinity]);
    const broken = { ...statistics, crossProduct: new Float64Array(3) };
    await expect(deep.lossAndGradient(new Float64Array(8), broken)).rejects.toThrow(/crossProduct/);
    const bare = { ...statistics, covariateGram: new Float64Array(0) };
    await expect(deep.lossAndGradient(new Float64Array(8), bare)).rejects.toThrow(/S = XᵀX/);
    const other = sums(
      drawPrompts(
        { ...law, covariates: covariance(matrix(1, 1, [1])), tasks: covariance(matrix(1, 1, [1])) },
        randomKey(1),
        4,
      ),
    );
    await expect(deep.lossAndGradient(new Float64Array(8), other)).rejects.toThrow(/prompts of dimension 2/);
  });
});

describe("layerOnStatistics", () => {
  it.each<[string, (prompts: PromptBatch) => PromptBatch]>([
    ["all rows", (prompts) => prompts],
    ["one to five rows a prompt", cutToLengths],
  ])("is the layer on rows, in the frame that is measured on the same prompts: %s", async (_, cut) => {
    const prompts = cut(drawPrompts(law, randomKey(7), 50));
    const [onRows, onSums] = [layerInTokenFrame(float64Engine())(prompts), layerOnStatistics()(sums(prompts))];
    const position = drawPrompts(law, randomKey(8), onRows.size).queryResponses;
    const [expected, actual] = [
      await onRows.lossAndGradient(position, prompts),
      await onSums.lossAndGradient(position, sums(prompts)),
    ];
    // Fifty prompts of five rows in a frame of condition below 4, at positions of size 1.
    const bound = 2 ** -53 * 4096;
    expectEntriesClose([actual.loss], [expected.loss], [bound * expected.loss]);
    const scale = bound * Math.max(...size(expected.gradient));
    expectEntriesClose(
      actual.gradient,
      expected.gradient,
      expected.gradient.map(() => scale),
    );
    for (const packed of [onSums.pack(onRows.unpack(position)), onRows.pack(onSums.unpack(position))]) {
      expectEntriesClose(
        packed,
        position,
        position.map(() => bound),
      );
    }
    expect(onSums.path).toBe("wasm-f64 vectors on statistics");
    const again = onSums.pack(onSums.unpack(position));
    expectEntriesClose(
      again,
      position,
      position.map(() => bound),
    );
  });
});
