import {
  BackendError,
  childKey,
  diagonal,
  DomainError,
  float64Backend,
  isotropic,
  matrix,
  randomKey,
  ShapeError,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { drawAttention } from "../../tests/draw-attention.ts";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { adam } from "../optimizers/adam.ts";
import { pretrain } from "../pretrain/pretrain.ts";
import { attentionEngine, autodiffAttentionEngine } from "./attention-engine.ts";
import type { AttentionTransformer } from "./attention-transformer.ts";
import { trainableAttention } from "./trainable-attention.ts";

const engine = attentionEngine(float64Backend());
const { transformer, prompts } = drawAttention(
  { kernel: "softmax", heads: [2], activation: "relu" },
  { count: 2, contextLength: 2, dimension: 1 },
);

describe("the exponential kernel", () => {
  it("weighs the tokens attended to, however large the scores of the others", async () => {
    // The query's score with itself is 27² = 729; its exponential is beyond double precision.
    const prompt = {
      count: 1,
      contextLength: 2,
      dimension: 1,
      covariates: Float64Array.of(0.1, -0.1),
      responses: Float64Array.of(1, 2),
      queryCovariates: Float64Array.of(27),
      queryResponses: Float64Array.of(0),
    };
    const head = { valueProjection: diagonal([0, -1]), keyQuery: diagonal([1, 0]) };
    const [prediction] = await engine.predict({ layers: [{ heads: [head] }], kernel: "exp" }, prompt);
    expectClose(prediction, Math.exp(2.7) + 2 * Math.exp(-2.7), 1e-12);
  });
});

describe("attention engines refuse", () => {
  it.each<[string, Partial<AttentionTransformer>, typeof DomainError | typeof ShapeError, RegExp]>([
    ["no layers", { layers: [] }, DomainError, /at least one layer/],
    ["no heads", { layers: [{ heads: [] }] }, DomainError, /at least one head/],
    ["a temperature of zero", { temperature: 0 }, DomainError, /temperature: expected a finite number above 0; got 0/],
    ["an infinite temperature", { temperature: Infinity }, DomainError, /got Infinity/],
    ["heads of another dimension", { layers: [{ heads: [square(3)] }] }, ShapeError, /prompts of dimension 2/],
    ["an MLP block of another width", withMlp({ hidden: matrix(2, 3) }), ShapeError, /hidden weights \[k, 2\]/],
    ["an MLP block whose bias does not fit", withMlp({ bias: new Float64Array(3) }), ShapeError, /a bias \[k\]/],
    ["weights that are not finite", withMlp({ bias: Float64Array.of(NaN, 0) }), DomainError, /finite weights/],
  ])("%s", async (_, change, error, message) => {
    const refusal = engine.predict({ ...transformer, ...change }, prompts);
    await expect(refusal).rejects.toThrow(error);
    await expect(refusal).rejects.toThrow(message);
  });

  it("several queries a prompt, and a backend of linear algebra alone", async () => {
    await expect(engine.predict(transformer, { ...prompts, queries: 2 })).rejects.toThrow("2 queries a prompt");
    const linearOnly = float64Backend();
    delete linearOnly.map;
    delete linearOnly.softmax;
    const poor = attentionEngine(linearOnly);
    await expect(poor.predict(transformer, prompts)).rejects.toThrow(BackendError);
    await expect(poor.predict({ ...transformer, kernel: "tanh" }, prompts)).rejects.toThrow(/has map\("tanh"\)/);
    const { layers } = drawAttention({ kernel: "linear", heads: [1] }, prompts).transformer;
    expect((await poor.predict({ layers, kernel: "linear" }, prompts)).length).toBe(2);
  });
});

describe.each(tensorflowBackends)("on %s", (name) => {
  beforeAll(async () => {
    await activate(name);
  });

  it("a thousand steps leak no tensor", async () => {
    const automatic = autodiffAttentionEngine<tf.Tensor>(tf);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 1000; step++) {
      await automatic.lossAndGradient(transformer, prompts);
      if (step % 10 === 0) await automatic.predict(transformer, prompts);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it("reports an overflow instead of throwing: training calls that diverged", async () => {
    const huge = { valueProjection: diagonal([1e30, 1e30]), keyQuery: diagonal([1e30, 1e30]) };
    const automatic = autodiffAttentionEngine<tf.Tensor>(tf);
    const overflowed: AttentionTransformer = { layers: [{ heads: [huge] }], kernel: "linear" };
    expect(Number.isFinite((await automatic.lossAndGradient(overflowed, prompts)).loss)).toBe(false);
    expect(Number.isFinite((await automatic.lossAndGradient(transformer, prompts)).loss)).toBe(true);
  });
});

it("trains softmax attention from small random weights", async () => {
  await activate("cpu");
  const law = { contextLength: 6, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0.1 };
  const before = tf.memory().numTensors;
  const run = pretrain({
    key: randomKey(0),
    model: () =>
      trainableAttention(
        { layers: [{ heads: [square(2), square(2)] }], kernel: "softmax" },
        autodiffAttentionEngine<tf.Tensor>(tf),
      ),
    prompts: (step) => drawPrompts(law, childKey(randomKey(1), "train", step), 100),
    optimizer: adam({ learningRate: 0.05 }),
    steps: 150,
    averagedPart: 0.2,
  });
  let last: AttentionTransformer | undefined;
  for await (const { parameters } of run) last = parameters;
  const fresh = drawPrompts(law, randomKey(2), 2000);
  const predictions = await engine.predict(last!, fresh);
  const loss = predictions.reduce((sum, one, i) => sum + (one - fresh.queryResponses[i]) ** 2 / fresh.count, 0);
  const untrained = fresh.queryResponses.reduce((sum, response) => sum + response ** 2 / fresh.count, 0);
  expect(loss).toBeLessThan(0.6 * untrained);
  expect(tf.memory().numTensors).toBe(before);
});

function square(width: number): AttentionTransformer["layers"][number]["heads"][number] {
  return { valueProjection: matrix(width, width), keyQuery: matrix(width, width) };
}

function withMlp(change: object): Partial<AttentionTransformer> {
  const [{ heads, mlp }] = transformer.layers;
  return { layers: [{ heads, mlp: { ...mlp!, ...change } }] };
}
