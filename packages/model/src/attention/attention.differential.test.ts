import { float64Backend, pointwiseFunctions, type PointwiseFunction, type PromptBatch } from "@onestep/core";
import * as tf from "@tensorflow/tfjs";
import { assert, asyncProperty } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyLayerOnPrompts } from "../../tests/any-layer.ts";
import { anyTransformerOnPrompts } from "../../tests/any-transformer.ts";
import { attentionByDefinition } from "../../tests/attention-oracle.ts";
import { drawAttention, shorten, type Architecture } from "../../tests/draw-attention.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { roundingOf } from "../../tests/gram-oracle.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { flatten, predictTokenByToken, transformerRounding } from "../../tests/transformer-oracle.ts";
import { lsaHeads } from "../deep/layer-heads.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { attentionEngine, autodiffAttentionEngine } from "./attention-engine.ts";
import type { AttentionTransformer } from "./attention-transformer.ts";
import { trainableAttention } from "./trainable-attention.ts";

const DOUBLE = 2 ** -53;
const SINGLE = 2 ** -24;
const engine = attentionEngine(float64Backend());
const sizes = { count: 3, contextLength: 4, dimension: 2 };
const pointwise = Object.keys(pointwiseFunctions) as PointwiseFunction[];

/** Every choice that an architecture has, and each kernel. */
const architectures: readonly Architecture[] = [
  ...(["linear", "softmax", ...pointwise] as const).map((kernel) => ({ kernel, heads: [1] })),
  { kernel: "softmax", temperature: 0.25, heads: [2] },
  { kernel: "tanh", temperature: 4, heads: [2], dividesByLength: true },
  { kernel: "softmax", mask: "causal", heads: [1, 2] },
  { kernel: "relu", mask: "causal", heads: [1, 1], attendsToQuery: true },
  { kernel: "softmax", mask: "causal", heads: [1, 1], attendsToQuery: true },
  { kernel: "softmax", heads: [1, 1], attendsToQuery: true, dividesByLength: true },
  { kernel: "linear", heads: [1, 1], attendsToQuery: true, activation: "linear" },
  { kernel: "softmax", heads: [1, 1], activation: "relu" },
  { kernel: "sigmoid", heads: [2], activation: "tanh" },
];

/**
 * Rounding of numbers of order 1: on its way through two layers a token meets at most 2·(n + 4(d + 1)) + 20 < 64
 * roundings, and what they left is amplified by factors that stay below 8.
 */
function roundingAt(largest: number, unitRoundoff: number): number {
  return 64 * 8 * unitRoundoff * (1 + largest);
}

describe.each(architectures.map((one) => [JSON.stringify(one), one] as const))("%s", (_, one) => {
  const { transformer, prompts } = drawAttention(one, sizes);

  it("is what its definition says, on contexts of one length and of several", async () => {
    for (const batch of [prompts, shorten(prompts, [4, 1, 2])]) {
      const expected = attentionByDefinition(transformer, batch);
      const tolerance = expected.map((entry) => roundingAt(Math.abs(entry), DOUBLE));
      expectEntriesClose(await engine.predict(transformer, batch), expected, tolerance);
    }
  });

  it("differs from its neighbours: no choice is without effect", async () => {
    const predictions = await engine.predict(transformer, prompts);
    const neighbours: Partial<AttentionTransformer>[] = [
      { attendsToQuery: !(one.attendsToQuery ?? false) },
      { dividesByLength: !(one.dividesByLength ?? false) },
      { temperature: 3 },
      { kernel: one.kernel === "exp" ? "softmax" : "exp" },
      // In a single layer the query sees the whole context under either mask.
      ...(one.heads.length > 1 ? [{ mask: one.mask === "causal" ? ("prefix" as const) : ("causal" as const) }] : []),
    ];
    for (const neighbour of neighbours) {
      const other = await engine.predict({ ...transformer, ...neighbour }, prompts);
      expect(Math.max(...other.map((entry, i) => Math.abs(entry - predictions[i])))).toBeGreaterThan(1e-4);
    }
  });

  it.each(tensorflowBackends)("is the same on %s, and its gradient is the slope of the loss", async (name) => {
    await activate(name);
    const automatic = autodiffAttentionEngine<tf.Tensor>(tf);
    const expected = await engine.predict(transformer, prompts);
    const tolerance = expected.map((entry) => roundingAt(Math.abs(entry), SINGLE));
    expectEntriesClose(await automatic.predict(transformer, prompts), expected, tolerance);

    const trainable = trainableAttention(transformer, automatic);
    const position = trainable.pack(transformer);
    const { loss, gradient } = await trainable.lossAndGradient(position, prompts);
    const lossAt = async (at: Float64Array): Promise<number> => squaredLoss(trainable.unpack(at), prompts);
    expectEntriesClose([loss], [await lossAt(position)], [roundingAt(loss, SINGLE)]);
    const largest = Math.max(...gradient.map(Math.abs));
    expect(largest).toBeGreaterThan(100 * roundingAt(0, SINGLE));
    for (let at = 0; at < position.length; at += 3) {
      const difference = await centralDifference(lossAt, position, at);
      expectEntriesClose([gradient[at]], [difference], [roundingAt(largest, SINGLE)]);
    }
  });
});

describe("linear attention", () => {
  it("of one layer is the layer of lsa/predict, on any layer and any prompts", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async ({ parameters, prompts }) => {
        const { layers } = lsaHeads([parameters]);
        const transformer: AttentionTransformer = { layers: layers.map((heads) => ({ heads })), kernel: "linear" };
        const expected = await float64Engine().predict(parameters, prompts);
        const rounding = roundingOf({ parameters, prompts }, DOUBLE, DOUBLE).predictions;
        expectEntriesClose(await engine.predict(transformer, prompts), expected, rounding);
      }),
    );
  });

  it("of any depth is the linear transformer", async () => {
    await assert(
      asyncProperty(anyTransformerOnPrompts(3, false), async (one) => {
        const { layers, dividesByLength } = one.transformer;
        const transformer = { layers: layers.map((heads) => ({ heads })), kernel: "linear" as const, dividesByLength };
        const expected = await predictTokenByToken(float64Backend(), one);
        const rounding = (await transformerRounding(one, DOUBLE, DOUBLE)).predictions;
        expectEntriesClose(await engine.predict(transformer, one.prompts), expected, rounding);
      }),
      { numRuns: 30 },
    );
  });

  describe.each(tensorflowBackends)("on %s", (name) => {
    beforeAll(async () => {
      await activate(name);
    });

    it("has by autodiff the gradient that is written by hand", async () => {
      const { transformer, prompts } = drawAttention({ kernel: "linear", heads: [2, 1], dividesByLength: true }, sizes);
      const linear = { layers: transformer.layers.map(({ heads }) => heads), dividesByLength: true };
      const { gradient } = await transformerEngine(float64Backend()).lossAndGradient(linear, prompts);
      const automatic = await autodiffAttentionEngine<tf.Tensor>(tf).lossAndGradient(transformer, prompts);
      const rounding = await transformerRounding({ transformer: linear, prompts }, DOUBLE, SINGLE);
      const actual = { layers: automatic.gradient.map(({ heads }) => heads) };
      expectEntriesClose(flatten(actual), flatten(gradient), rounding.gradient);
    });
  });
});

async function squaredLoss(transformer: AttentionTransformer, prompts: PromptBatch): Promise<number> {
  const predictions = await engine.predict(transformer, prompts);
  return predictions.reduce((sum, one, i) => sum + (one - prompts.queryResponses[i]) ** 2 / prompts.count, 0);
}

/** (L(+h) − L(−h))/2h: its truncation, of order h² = 2⁻²², is within the rounding of single precision. */
async function centralDifference(
  lossAt: (position: Float64Array) => Promise<number>,
  position: Float64Array,
  at: number,
): Promise<number> {
  const step = 2 ** -11;
  const moved = (by: number): Float64Array => position.map((entry, i) => (i === at ? entry + by : entry));
  return ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step);
}
