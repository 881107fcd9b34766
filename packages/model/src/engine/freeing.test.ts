import type { TensorBackend } from "@onestep/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { drawAttention } from "../../tests/draw-attention.ts";
import { activate } from "../../tests/tensorflow.ts";
import { attentionEngine, autodiffAttentionEngine } from "../attention/attention-engine.ts";
import type { AttentionTransformer } from "../attention/attention-transformer.ts";
import { gradientDescent } from "../deep/construct.ts";
import { contextGramsOn } from "../deep/context-gram.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { lossEngine } from "../losses/loss-engine.ts";
import { squaredLoss } from "../losses/prediction-loss.ts";
import { backendEngine } from "./backend-engine.ts";

const sizes = { count: 2, contextLength: 3, dimension: 2 };
const { transformer, prompts } = drawAttention({ kernel: "softmax", heads: [2], activation: "relu" }, sizes);
const layer = {
  keyQuery: { rows: 3, columns: 3, values: new Float64Array(9).fill(0.1) },
  valueProjection: { rows: 3, columns: 1, values: new Float64Array(3).fill(0.1) },
};
const deep = gradientDescent({ dimension: 2, stepSizes: [0.1, 0.1] });
let backend: TensorBackend<tf.Tensor>;

beforeAll(async () => {
  backend = await activate("cpu");
});

async function expectNothingLeft(call: () => unknown, message: string | RegExp): Promise<void> {
  const before = tf.memory().numTensors;
  await expect((async () => call())()).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
}

describe("no tensor is left behind", () => {
  it("by a loss that throws", async () => {
    const complain = (): never => {
      throw new Error("a loss of the user");
    };
    for (const part of ["value", "derivative"]) {
      const loss = { ...squaredLoss(), [part]: complain };
      await expectNothingLeft(async () => lossEngine(backend, loss).lossAndGradient(layer, prompts), /of the user/);
      await expectNothingLeft(
        async () => transformerEngine(backend, loss).lossAndGradient(deep, prompts),
        /of the user/,
      );
    }
  });

  it("by a kernel, an activation or a mask that does not exist, and the nearest is named", async () => {
    const [withMlp] = transformer.layers;
    const wrong: [Partial<Record<keyof AttentionTransformer, unknown>>, string][] = [
      [
        { kernel: "sofmax" },
        'kernel: expected one of linear, softmax, abs, exp, relu, sigmoid, square, tanh; got "sofmax". Try: did you mean "softmax"?',
      ],
      [{ mask: "casual" }, 'did you mean "causal"?'],
      [{ layers: [{ ...withMlp, mlp: { ...withMlp.mlp, activation: "relo" } }] }, 'did you mean "relu"?'],
    ];
    for (const [change, message] of wrong) {
      const changed = { ...transformer, ...change } as AttentionTransformer;
      await expectNothingLeft(async () => attentionEngine(backend).predict(changed, prompts), message);
      await expectNothingLeft(async () => autodiffAttentionEngine(tf).lossAndGradient(changed, prompts), message);
    }
  });

  it("by prompts whose responses are short", async () => {
    const short = { ...prompts, queryResponses: prompts.queryResponses.slice(1) };
    await expectNothingLeft(() => contextGramsOn(backend, short, true), /queryResponses/);
  });

  it("by a device that is lost while its numbers are read", async () => {
    const lost: TensorBackend<tf.Tensor> = { ...backend, toValues: () => Promise.reject(new Error("device lost")) };
    for (const engine of [backendEngine(lost), lossEngine(lost, squaredLoss())]) {
      await expectNothingLeft(async () => engine.predict(layer, prompts), "device lost");
      await expectNothingLeft(async () => engine.lossAndGradient(layer, prompts), "device lost");
    }
    await expectNothingLeft(async () => transformerEngine(lost).predict(deep, prompts), "device lost");
    await expectNothingLeft(async () => transformerEngine(lost).lossAndGradient(deep, prompts), "device lost");
    await expectNothingLeft(async () => attentionEngine(lost).predict(transformer, prompts), "device lost");
  });
});
