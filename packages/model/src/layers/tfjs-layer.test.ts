import { DomainError, dot, identity, isotropic, randomKey, scale, ShapeError, type PromptBatch } from "@onestep/core";
import { expectMatrixClose } from "@onestep/testkit";
import * as tf from "@tensorflow/tfjs";
import { assert, asyncProperty } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyLayerOnPrompts, type LayerOnPrompts } from "../../tests/any-layer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { roundingOf } from "../../tests/gram-oracle.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { pointwiseStep } from "../attention/pointwise-step.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { inducedStep } from "../lsa/induced-step.ts";
import { createLinearSelfAttention, lsaParametersOf, registerLinearSelfAttention } from "./tfjs-layer.ts";

const [DOUBLE, SINGLE] = [2 ** -53, 2 ** -24];
const law = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };

describe.each(tensorflowBackends)("the layer of TensorFlow.js on %s", (name) => {
  beforeAll(async () => {
    await activate(name);
  });

  it("predicts, loses and differentiates like the layer by hand", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async (one) => {
        const expected = await float64Engine().lossAndGradient(one.parameters, one.prompts);
        const rounding = roundingOf(one, DOUBLE, SINGLE);
        const { predictions, loss, gradient } = await evaluate(one);
        expectEntriesClose(
          predictions,
          await float64Engine().predict(one.parameters, one.prompts),
          rounding.predictions,
        );
        expectEntriesClose([loss], [expected.loss], [rounding.loss]);
        expectEntriesClose(gradient[0], expected.gradient.keyQuery.values, rounding.keyQuery);
        expectEntriesClose(gradient[1], expected.gradient.valueProjection.values, rounding.valueProjection);
      }),
      { numRuns: 20 },
    );
  });

  it("trains inside the user's tf.sequential to the best step for its prompts, and leaks no tensor on the way", async () => {
    const layer = createLinearSelfAttention(tf, { inputShape: [9, 3] });
    const model = tf.sequential({ layers: [layer] });
    model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    const prompts = drawPrompts(law, randomKey(0), 200);
    const { tokens, responses } = tensorsOf(prompts);
    for (let step = 0; step < 10; step++) await model.trainOnBatch(tokens, responses);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 500; step++) await model.trainOnBatch(tokens, responses);
    expect(tf.memory().numTensors).toBe(before);
    const trained = await lsaParametersOf(layer);
    const { loss } = await float64Engine().lossAndGradient(trained, prompts);
    expect(loss).toBeLessThan(1.01 * bestStepLoss(prompts));
    // Γ* = I/(n + d + 1 + σ²), but for what two hundred prompts do not tell
    expectMatrixClose(inducedStep(trained).preconditioner, scale(identity(2), 1 / 11.25), 0.2 / 11.25);
    tf.dispose([tokens, responses]);
    model.dispose();
  });

  it("leaks no tensor over a thousand calls", () => {
    const layer = createLinearSelfAttention(tf, { inputShape: [3, 2] });
    const model = tf.sequential({ layers: [layer] });
    const tokens = tf.ones([2, 3, 2]);
    tf.dispose(model.predict(tokens));
    const before = tf.memory().numTensors;
    for (let call = 0; call < 1000; call++) {
      tf.dispose(layer.apply(tokens) as tf.Tensor);
      expect(tf.memory().numTensors).toBe(before);
    }
    tf.dispose(tokens);
    model.dispose();
  });
});

describe("the layer of TensorFlow.js", () => {
  beforeAll(async () => {
    await activate("cpu");
  });

  it("is saved and loaded through tf.io, with its weights and its settings", async () => {
    const layer = createLinearSelfAttention(tf, {
      inputShape: [null, 3],
      name: "attention",
      seed: 5,
      initialScale: 0.5,
    });
    const model = tf.sequential({ layers: [layer, tf.layers.dense({ units: 1 })] });
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
    const tokens = tf.tensor(
      Float32Array.from({ length: 24 }, (_, i) => i / 8),
      [2, 4, 3],
    );
    const [first, second] = [model, loaded].map((one) => (one.predict(tokens) as tf.Tensor).dataSync());
    expect(second).toEqual(first);
    const [again] = loaded.layers;
    expect(again.getConfig()).toMatchObject({ name: "attention", seed: 5, initialScale: 0.5 });
    expect(await lsaParametersOf(again)).toEqual(await lsaParametersOf(layer));
  });

  it("starts from its seed, 0 included, and from small numbers", async () => {
    const start = async (config: object): Promise<readonly number[]> => {
      const layer = createLinearSelfAttention(tf, config);
      layer.build([null, 5, 3]);
      const { keyQuery, valueProjection } = await lsaParametersOf(layer);
      return [...keyQuery.values, ...valueProjection.values];
    };
    expect(await start({})).toEqual(await start({ seed: 0, initialScale: 0.01 }));
    expect(await start({})).not.toEqual(await start({ seed: 1 }));
    expect((await start({ initialScale: 0 })).every((entry) => entry === 0)).toBe(true);
    const sizes = (await start({})).map(Math.abs);
    expect(Math.max(...sizes)).toBeGreaterThan(0.005);
    expect(Math.max(...sizes)).toBeLessThan(0.05);
  });

  it("registers once, and gives one number a prompt", () => {
    expect(registerLinearSelfAttention(tf)).toBe(registerLinearSelfAttention(tf));
    expect(createLinearSelfAttention(tf).computeOutputShape([7, 5, 3])).toEqual([7, 1]);
  });

  it("refuses inputs that are no tokens, settings that are none, and weights that are not its own", async () => {
    const build = (shape: (number | null)[]) => () => createLinearSelfAttention(tf).build(shape);
    expect(build([null, 3])).toThrow(ShapeError);
    expect(build([null, 1, 3])).toThrow(/tokens \[B, n\+1, d\+1\], n ≥ 1, d ≥ 1; got \[null, 1, 3\]/);
    expect(build([null, 3, 1])).toThrow(ShapeError);
    expect(build([null, 3, null])).toThrow(ShapeError);
    const anyLength = createLinearSelfAttention(tf, { inputShape: [null, 2] });
    expect(() => anyLength.apply(tf.ones([2, 1, 2]))).toThrow(ShapeError);
    for (const initialScale of [-1, NaN, Infinity]) {
      expect(() => createLinearSelfAttention(tf, { initialScale })).toThrow(DomainError);
    }
    await expect(lsaParametersOf(createLinearSelfAttention(tf))).rejects.toThrow("give the layer an inputShape");
    const dense = tf.layers.dense({ units: 3 });
    dense.build([null, 3]);
    await expect(lsaParametersOf(dense)).rejects.toThrow(/that has been built; got Dense with 2 weights/);
  });
});

/** Tokens `[B, n+1, d+1]` with the query last, and its responses `[B, 1]`. */
function tensorsOf(prompts: PromptBatch): { tokens: tf.Tensor3D; responses: tf.Tensor2D } {
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates, queryResponses } = prompts;
  const rows = Array.from({ length: count }, (_, b) => [
    ...Array.from({ length: n }, (_, i) => [
      ...covariates.subarray((b * n + i) * d, (b * n + i + 1) * d),
      responses[b * n + i],
    ]),
    [...queryCovariates.subarray(b * d, (b + 1) * d), 0],
  ]);
  return { tokens: tf.tensor3d(rows), responses: tf.tensor2d([...queryResponses], [count, 1]) };
}

/** The smallest batch loss of any ŷ = η x_qᵀXᵀy. */
function bestStepLoss(prompts: PromptBatch): number {
  const sums = pointwiseStep((score) => score).predict({ stepSize: 1 }, prompts);
  const response = Float64Array.from(prompts.queryResponses);
  const fitted = dot(sums, response) / dot(sums, sums);
  return (dot(response, response) - fitted * dot(sums, response)) / prompts.count;
}

async function evaluate({ parameters, prompts }: LayerOnPrompts): Promise<{
  predictions: Float64Array;
  loss: number;
  gradient: Float64Array[];
}> {
  const { keyQuery, valueProjection } = parameters;
  const layer = createLinearSelfAttention(tf);
  layer.build([null, prompts.contextLength + 1, keyQuery.rows]);
  const made = tf.tidy(() => {
    layer.setWeights([
      tf.tensor2d([...keyQuery.values], [keyQuery.rows, keyQuery.columns]),
      tf.tensor1d([...valueProjection.values]),
    ]);
    const { tokens, responses } = tensorsOf(prompts);
    const predictions = layer.apply(tokens) as tf.Tensor;
    const { value, grads } = tf.variableGrads(() =>
      tf.mean(tf.squaredDifference(layer.apply(tokens) as tf.Tensor, responses)),
    );
    return [predictions, value, ...Object.values(grads)];
  });
  const [predictions, [loss], ...gradient] = await Promise.all(
    made.map(async (tensor) => Float64Array.from(await tensor.data())),
  );
  tf.dispose([...made, ...layer.getWeights()]);
  return { predictions, loss, gradient };
}
