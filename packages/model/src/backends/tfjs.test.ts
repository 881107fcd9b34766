import {
  BackendError,
  childKey,
  isotropic,
  matrix,
  randomKey,
  tensorBackendChecks,
  type Shape,
  type TensorBackend,
} from "@onestep/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { absentBackends, activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { lsaHeads } from "../deep/layer-heads.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { backendEngine } from "../engine/backend-engine.ts";
import { lossAndGradient } from "../lsa/gradient.ts";
import { parametersOn } from "../lsa/parameters.ts";
import { predict } from "../lsa/predict.ts";
import { tokensOn } from "../lsa/tokens.ts";
import { adam } from "../optimizers/adam.ts";
import { populationLoss } from "../population/population-loss.ts";
import { layerInTokenFrame } from "../pretrain/framed-layer.ts";
import { pretrain } from "../pretrain/pretrain.ts";
import { tfjsBackend, type TfjsLibrary } from "./tfjs.ts";

const parameters = {
  keyQuery: matrix(3, 3, [0.5, -1, 2, 0.25, 1, 3, -0.5, 0.75, 4]),
  valueProjection: matrix(3, 1, [1, -0.5, 2]),
};
const prompts = {
  count: 2,
  contextLength: 2,
  dimension: 2,
  covariates: Float64Array.of(1, 2, -1, 0.5, 0.25, -2, 1.5, 1),
  responses: Float64Array.of(1, -1, 0.5, 2),
  queryCovariates: Float64Array.of(1, -1, 0.5, 2),
  queryResponses: Float64Array.of(0.5, -0.25),
};

describe.each(tensorflowBackends)("TensorFlow.js on %s", (name) => {
  let backend: TensorBackend<tf.Tensor>;
  beforeAll(async () => {
    backend = await activate(name);
  });

  it("says its name and its roundoff, that of single precision", () => {
    expect(backend.name).toBe(name === "tensorflow" ? "tfjs-node" : `tfjs:${name}`);
    expect(backend.unitRoundoff).toBe(2 ** -24);
  });

  it.each(tensorBackendChecks)("promise: $name", async (check) => {
    await check.run(backend);
  });

  it("multiplies by one vector as a column and as a row", async () => {
    const square = backend.fromValues(Float64Array.of(1, 2, 3, 4), [1, 2, 2]);
    const vector = backend.fromValues(Float64Array.of(5, 6), [1, 2]);
    expect([...(await backend.toValues(backend.contract("bij,bj->bi", square, vector)))]).toEqual([17, 39]);
    expect([...(await backend.toValues(backend.contract("bi,bj->ij", vector, vector)))]).toEqual([25, 30, 30, 36]);
    backend.dispose(square, vector);
  });

  it("sums an axis that the other operand does not have", async () => {
    const square = backend.fromValues(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const two = backend.fromValues(Float64Array.of(2), []);
    expect([...(await backend.toValues(backend.contract("ij,->i", square, two)))]).toEqual([12, 30]);
    expect([...(await backend.toValues(backend.contract(",ij->j", two, square)))]).toEqual([10, 14, 18]);
  });

  it("leaks no tensor over a thousand calls of everything public", async () => {
    const [engine, deepEngine] = [backendEngine(backend), transformerEngine(backend)];
    const transformer = lsaHeads([parameters]);
    const responses = backend.fromValues(prompts.queryResponses, [2]);
    const start = tf.memory().numTensors;
    for (let step = 0; step < 1000; step++) {
      const [on, tokens] = [parametersOn(backend, parameters), tokensOn(backend, prompts)];
      const evaluation = lossAndGradient(backend, on, tokens, responses);
      const made = [
        on.keyQuery,
        on.valueProjection,
        tokens.context,
        tokens.query,
        evaluation.loss,
        evaluation.gradient.keyQuery,
        evaluation.gradient.valueProjection,
        predict(backend, on, tokens),
        backend.contract("bni,bnj->bij", tokens.context, tokens.context),
        backend.contract("ij,j->ij", on.keyQuery, on.valueProjection),
        backend.add(tokens.query, tokens.query),
        backend.scale(tokens.query, 2),
        backend.map!("tanh", tokens.query),
        backend.softmax!(tokens.query),
        backend.tidy(() => backend.scale(backend.add(tokens.query, tokens.query), 0.5)),
      ];
      // Each call leaves its results behind, and nothing else.
      expect(tf.memory().numTensors).toBe(start + made.length);
      backend.dispose(...made);
      await engine.lossAndGradient(parameters, prompts);
      await engine.predict(parameters, prompts);
      await deepEngine.lossAndGradient(transformer, prompts);
      await deepEngine.predict(transformer, prompts);
      expect(tf.memory().numTensors).toBe(start);
    }
    backend.dispose(responses);
  });

  it("trains a layer and leaves no tensor behind", async () => {
    const start = tf.memory().numTensors;
    const law = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
    const run = pretrain({
      key: randomKey(0),
      model: layerInTokenFrame(backendEngine(backend)),
      prompts: (step) => drawPrompts(law, childKey(randomKey(1), "train", step), 40),
      optimizer: adam({ learningRate: 0.05 }),
      steps: 100,
      averagedPart: 0,
    });
    const states = [];
    for await (const state of run) states.push(state);
    expect(states.map(({ status }) => status)[99]).toBe("finished");
    const losses = [states[0], states[99]].map(({ parameters }) => populationLoss(law, parameters).loss);
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses[1]).toBeLessThan(1.5);
    expect(tf.memory().numTensors).toBe(start);
  });

  it("keeps tensors alive that were made outside a call", async () => {
    const [on, tokens] = [parametersOn(backend, parameters), tokensOn(backend, prompts)];
    predict(backend, on, tokens);
    expect([...(await backend.toValues(on.valueProjection))]).toEqual([1, -0.5, 2]);
    const shapes: Shape[] = [tokens.context, tokens.query].map((tensor) => backend.shapeOf(tensor));
    expect(shapes).toEqual([
      [2, 2, 3],
      [2, 3],
    ]);
  });
});

it.for(absentBackends)("$name is not here: $reason", ({ name, reason }, context) => {
  process.stdout.write(`${name} is skipped: ${reason}\n`);
  context.skip(reason);
});

it("graphics backends go by their names, and by the precision that they have", () => {
  const on = (name: string, bits: 16 | 32): TensorBackend<tf.Tensor> =>
    tfjsBackend<tf.Tensor>({ ...tf, getBackend: () => name, backend: () => ({ floatPrecision: () => bits }) });
  expect(
    [on("webgpu", 32), on("webgl", 32), on("webgl", 16)].map(({ name, unitRoundoff }) => [name, unitRoundoff]),
  ).toEqual([
    ["tfjs:webgpu", 2 ** -24],
    ["tfjs:webgl", 2 ** -24],
    ["tfjs:webgl", 2 ** -11],
  ]);
});

it("a library without an active backend is refused, with what to call", () => {
  const idle: TfjsLibrary<tf.Tensor> = { ...(tf as TfjsLibrary<tf.Tensor>), getBackend: () => "" };
  expect(() => tfjsBackend(idle)).toThrow(BackendError);
  expect(() => tfjsBackend(idle)).toThrow(/setBackend\("cpu"\)/);
});
