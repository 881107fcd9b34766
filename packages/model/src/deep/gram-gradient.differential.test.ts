import { float64Backend } from "@onestep/core";
import * as tf from "@tensorflow/tfjs";
import { assert, asyncProperty, nat, tuple } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyTransformerOnPrompts, type TransformerOnPrompts } from "../../tests/any-transformer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { automaticGradient, drawTransformerOnPrompts } from "../../tests/textbook-attention.ts";
import {
  evaluateTransformer,
  flatten,
  mapWeights,
  matricesOf,
  transformerRounding,
} from "../../tests/transformer-oracle.ts";
import type { LinearTransformer } from "./linear-transformer.ts";
import { transformerEngine } from "./transformer-engine.ts";

const DOUBLE = 2 ** -53;
const SINGLE = 2 ** -24;
const engine = transformerEngine(float64Backend());

describe("the gradient through the Gram recursion", () => {
  it("is the central difference along any entry of P and Q, with as many points as leave nothing truncated", async () => {
    await assert(
      asyncProperty(tuple(anyTransformerOnPrompts(3, false), nat()), ([one, pick]) => {
        const heads = one.transformer.layers.map((layer) => layer.length);
        const matrices = matricesOf(one.transformer);
        const which = pick % matrices.length;
        const layer = heads.findIndex((_, l) => which < 2 * sumOf(heads.slice(0, l + 1)));
        // A layer is linear in the entry, and every later one cubes the degree of the tokens: loss of degree 2·3^(L−1−l).
        return expectSlope(one, which, pick, 3 ** (heads.length - 1 - layer));
      }),
      { numRuns: 60 },
    );
  });

  it("is the central difference along any entry of the embedding", async () => {
    await assert(
      asyncProperty(tuple(anyTransformerOnPrompts(2), nat()), async ([one, pick]) => {
        const { layers, embedding = {} } = one.transformer;
        const parts = matricesOf({ layers: [], embedding });
        if (parts.length === 0) return;
        const which = matricesOf(one.transformer).length - parts.length + (pick % parts.length);
        // G is of degree 2 in the entry, each layer's T like its H: ŷ of degree 3^L − 1 through the context, 1 directly.
        await expectSlope(one, which, pick, 3 ** layers.length);
      }),
      { numRuns: 60 },
    );
  });

  it("rejects a wrong gradient: the tolerances are a million times smaller than it is", async () => {
    const one = drawTransformerOnPrompts();
    const { gradient } = await evaluateTransformer(one);
    const rounding = (await transformerRounding(one, DOUBLE)).gradient;
    expect(norm(gradient) / norm(rounding)).toBeGreaterThan(1e6);
  });
});

describe.each(tensorflowBackends)("TensorFlow.js on %s", (name) => {
  beforeAll(async () => {
    await activate(name);
  });

  it("agrees with double precision on predictions, loss and gradient", async () => {
    const single = transformerEngine(await activate(name));
    await assert(
      asyncProperty(anyTransformerOnPrompts(2), async (one) => {
        const rounding = await transformerRounding(one, DOUBLE, SINGLE);
        const [actual, expected] = [await evaluateTransformer(one, single), await evaluateTransformer(one)];
        expectEntriesClose(actual.predictions, expected.predictions, rounding.predictions);
        expectEntriesClose([actual.loss], [expected.loss], [rounding.loss]);
        expectEntriesClose(actual.gradient, expected.gradient, rounding.gradient);
      }),
      { numRuns: 10 },
    );
  });

  it("differentiates n×n attention, written in its own operations, to the gradient by hand", async () => {
    const one = drawTransformerOnPrompts();
    const [automatic, byHand] = [await automaticGradient(one), await evaluateTransformer(one)];
    const rounding = await transformerRounding(one, DOUBLE, SINGLE);
    expectEntriesClose([automatic.loss], [byHand.loss], [rounding.loss]);
    expectEntriesClose(automatic.gradient, byHand.gradient, rounding.gradient);
    expect(norm(byHand.gradient) / norm(rounding.gradient)).toBeGreaterThan(10);
  });

  it("leaks no tensor", async () => {
    const single = transformerEngine(await activate(name));
    const one = drawTransformerOnPrompts();
    await evaluateTransformer(one, single);
    const before = tf.memory().numTensors;
    for (let call = 0; call < 20; call++) await evaluateTransformer(one, single);
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** The gradient's entry against a difference of 2·order points, exact for a loss of degree 2·order in the entry. */
async function expectSlope(
  { transformer, prompts }: TransformerOnPrompts,
  which: number,
  pick: number,
  order: number,
): Promise<void> {
  const step = 1 / 64;
  const matrices = matricesOf(transformer);
  const at = pick % matrices[which].values.length;
  const before = sumOf(matrices.slice(0, which).map(({ values }) => values.length));
  let slope = 0;
  let roundoff = 0;
  for (let k = 1; k <= order; k++) {
    const weight = centralWeight(k, order) / step;
    for (const sign of [1, -1]) {
      const moved = { transformer: moveEntry(transformer, which, at, sign * k * step), prompts };
      const { loss } = await engine.lossAndGradient(moved.transformer, prompts);
      slope += sign * weight * loss;
      // The loss, its weight, the product and the sum.
      const rounding = (await transformerRounding(moved, DOUBLE)).loss;
      roundoff += Math.abs(weight) * (rounding + (6 * order + 2) * DOUBLE * loss);
    }
  }
  const gradient = flatten((await engine.lossAndGradient(transformer, prompts)).gradient);
  const rounding = (await transformerRounding({ transformer, prompts }, DOUBLE)).gradient;
  expectEntriesClose([gradient[before + at]], [slope], [roundoff + rounding[before + at]]);
}

/** (−1)^(k+1) p!² / (k (p−k)! (p+k)!), the weight of f(kh) − f(−kh) in the difference exact up to degree 2p. */
function centralWeight(k: number, p: number): number {
  let weight = (k % 2 === 1 ? 1 : -1) / k;
  for (let j = 1; j <= k; j++) weight *= (p - k + j) / (p + j);
  return weight;
}

function moveEntry(transformer: LinearTransformer, which: number, at: number, by: number): LinearTransformer {
  let seen = -1;
  return mapWeights(transformer, (one) => {
    seen += 1;
    if (seen !== which) return one;
    return { ...one, values: one.values.map((value, i) => (i === at ? value + by : value)) };
  });
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
