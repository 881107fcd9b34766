import { float64Backend, OnestepError, pointwiseFunctions, type PromptBatch, type TensorBackend } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { drawAttention } from "../../tests/draw-attention.ts";
import { statisticsOf } from "../../tests/transformer-oracle.ts";
import { attentionEngine } from "../attention/attention-engine.ts";
import { pointwiseStep } from "../attention/pointwise-step.ts";
import { softmaxPair } from "../attention/softmax-pair.ts";
import { gradientDescent } from "../deep/construct.ts";
import { contextGramsOn, type Contexts } from "../deep/context-gram.ts";
import { inducedWeights } from "../deep/induced-weights.ts";
import { finalTokens } from "../deep/token-forward.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { checkArrays } from "../interchange/numpy-checker.ts";
import { lossEngine } from "../losses/loss-engine.ts";
import { huberLoss } from "../losses/prediction-loss.ts";
import { parametersOn } from "../lsa/parameters.ts";
import { tokensOn } from "../lsa/tokens.ts";
import { layerInTokenFrame } from "../pretrain/framed-layer.ts";
import { backendEngine } from "./backend-engine.ts";
import { float64Engine } from "./float64-engine.ts";
import { kernelEngine } from "./kernel-engine.ts";

let tensors = 0;
const backend: TensorBackend<unknown> = counting(float64Backend());

const sizes = { count: 2, contextLength: 3, dimension: 2 };
const { transformer, prompts } = drawAttention({ kernel: "softmax", heads: [1] }, sizes);
const layer = {
  keyQuery: { rows: 3, columns: 3, values: new Float64Array(9).fill(0.1) },
  valueProjection: { rows: 3, columns: 1, values: new Float64Array(3).fill(0.1) },
};
const deep = gradientDescent({ dimension: 2, stepSizes: [0.1, 0.1] });

const short = (name: "covariates" | "responses" | "queryCovariates" | "queryResponses"): Partial<PromptBatch> => ({
  [name]: prompts[name].slice(1),
});
const holed = (name: "covariates" | "responses" | "queryCovariates" | "queryResponses"): Partial<PromptBatch> => ({
  [name]: prompts[name].slice().fill(NaN, 1, 2),
});
const broken: Readonly<Record<string, Partial<PromptBatch>>> = {
  "covariates one short": short("covariates"),
  "covariates one long": { covariates: Float64Array.of(...prompts.covariates, 0) },
  "responses one short": short("responses"),
  "query covariates one short": short("queryCovariates"),
  "query responses one short": short("queryResponses"),
  "a missing covariate": holed("covariates"),
  "a missing response": holed("responses"),
  "a missing query covariate": holed("queryCovariates"),
  "a missing query response": holed("queryResponses"),
  "a length of 0": { lengths: Int32Array.of(0, 3) },
  "a length beyond n": { lengths: Int32Array.of(3, 4) },
  "one length for two prompts": { lengths: Int32Array.of(3) },
  "no rows": { contextLength: 0, covariates: new Float64Array(0), responses: new Float64Array(0) },
  "fewer than no prompts": { count: -1 },
};

const oneLayer = [
  float64Engine(),
  backendEngine(backend),
  lossEngine(backend, huberLoss()),
  kernelEngine({ precision: "float32" }),
];
const readers: Readonly<Record<string, (prompts: PromptBatch) => unknown>> = {
  ...Object.fromEntries(
    oneLayer.flatMap((engine, i): [string, (prompts: PromptBatch) => unknown][] => [
      [`engine ${i}, predict`, async (batch: PromptBatch) => engine.predict(layer, batch)],
      [`engine ${i}, lossAndGradient`, async (batch: PromptBatch) => engine.lossAndGradient(layer, batch)],
    ]),
  ),
  "transformerEngine, predict": async (batch) => transformerEngine(backend).predict(deep, batch),
  "transformerEngine, lossAndGradient": async (batch) => transformerEngine(backend).lossAndGradient(deep, batch),
  attentionEngine: async (batch) => attentionEngine(backend).predict(transformer, batch),
  "softmaxPair, predict": (batch) => softmaxPair().predict({ scoreScale: 0.1, outputScale: 1 }, batch),
  "softmaxPair, lossAndGradient": async (batch) => softmaxPair().lossAndGradient(Float64Array.of(1, 1), batch),
  pointwiseStep: (batch) => pointwiseStep(pointwiseFunctions.relu).predict({ stepSize: 1 }, batch),
  inducedWeights: (batch) => inducedWeights(deep, batch),
  contextGramsOn: (batch) => contextGramsOn(backend, batch, true),
  tokensOn: (batch) => tokensOn(backend, batch),
  finalTokens: (batch) => finalTokens(backend, deep, batch),
  layerInTokenFrame: (batch) => layerInTokenFrame(float64Engine())(batch),
  checkArrays: (batch) => checkArrays(batch, new Float64Array(2)),
};

describe.each(Object.entries(readers))("%s", (_, read) => {
  it("reads prompts", async () => {
    await read(prompts);
  });

  it.each(Object.entries(broken))("refuses %s, before the first tensor", async (__, change) => {
    await expectRefusal(() => read({ ...prompts, ...change }));
  });
});

describe("engines of one query a prompt", () => {
  const two = {
    ...prompts,
    queries: 2,
    queryCovariates: Float64Array.of(...prompts.queryCovariates, ...prompts.queryCovariates),
    queryResponses: new Float64Array(4),
  };
  it.each(Object.entries(readers).filter(([name]) => !/engine 2|TokenFrame/.test(name)))(
    "%s refuses two, before the first tensor",
    async (_, read) => {
      await expectRefusal(() => read(two));
    },
  );
});

describe("statistics with a field that is empty, short or missing a number", () => {
  const statistics = statisticsOf(prompts);
  const fields = ["crossProduct", "responseEnergy", "covariateGram", "queryCovariates", "queryResponses"] as const;
  const onStatistics: Readonly<Record<string, (contexts: Contexts) => unknown>> = {
    predict: async (contexts) => transformerEngine(backend).predict(deep, contexts),
    lossAndGradient: async (contexts) => transformerEngine(backend).lossAndGradient(deep, contexts),
    inducedWeights: (contexts) => inducedWeights(deep, contexts),
    contextGramsOn: (contexts) => contextGramsOn(backend, contexts, true),
  };
  it.each(Object.entries(onStatistics))("are refused by %s", async (_, read) => {
    await read(statistics);
    for (const field of fields) {
      for (const values of [
        new Float64Array(0),
        statistics[field].slice(1),
        statistics[field].slice().fill(NaN, 0, 1),
      ]) {
        await expectRefusal(() => read({ ...statistics, [field]: values }));
      }
    }
  });
});

describe("weights that are not finite", () => {
  const holedLayer = { ...layer, valueProjection: { ...layer.valueProjection, values: Float64Array.of(1, NaN, 1) } };
  const [[head]] = deep.layers;
  const holedDeep = {
    ...deep,
    layers: [[{ ...head, keyQuery: { ...head.keyQuery, values: new Float64Array(9).fill(Infinity) } }]],
  };
  const holedAttention = { layers: holedDeep.layers.map((heads) => ({ heads })), kernel: "linear" } as const;
  it("are refused by every engine, before the first tensor", async () => {
    for (const engine of oneLayer) {
      await expectRefusal(async () => engine.predict(holedLayer, prompts));
      await expectRefusal(async () => engine.lossAndGradient(holedLayer, prompts));
    }
    await expectRefusal(() => parametersOn(backend, holedLayer));
    await expectRefusal(async () => transformerEngine(backend).lossAndGradient(holedDeep, prompts));
    await expectRefusal(() => softmaxPair().predict({ scoreScale: NaN, outputScale: 1 }, prompts));
    await expectRefusal(async () => attentionEngine(backend).predict(holedAttention, prompts));
  });

  it("of the right shape but not of the right size, too", async () => {
    const ragged = { ...layer, keyQuery: { rows: 3, columns: 3, values: new Float64Array(4) } };
    for (const engine of oneLayer) await expectRefusal(async () => engine.predict(ragged, prompts));
    await expectRefusal(() => parametersOn(backend, ragged));
  });
});

describe("a prediction that overflows", () => {
  const huge = {
    keyQuery: { rows: 3, columns: 3, values: new Float64Array(9).fill(1e200) },
    valueProjection: { rows: 3, columns: 1, values: new Float64Array(3).fill(1e200) },
  };
  it("is an error of its own, and as a loss infinite, never NaN", async () => {
    for (const engine of oneLayer) {
      await expect(engine.predict(huge, prompts)).rejects.toThrow(/expected a finite prediction/);
      const { loss, gradient } = await engine.lossAndGradient(huge, prompts);
      expect(loss).toBe(Infinity);
      for (const { values } of [gradient.keyQuery, gradient.valueProjection])
        expect(values.some(Number.isNaN)).toBe(false);
    }
    const steep = gradientDescent({ dimension: 2, stepSizes: [1e200, 1e200] });
    await expect(transformerEngine(backend).predict(steep, prompts)).rejects.toThrow(/expected a finite prediction/);
    const { loss, gradient } = await transformerEngine(backend).lossAndGradient(steep, prompts);
    expect(loss).toBe(Infinity);
    for (const { keyQuery } of gradient.layers.flat()) expect(keyQuery.values.some(Number.isNaN)).toBe(false);
  });
});

async function expectRefusal(call: () => unknown): Promise<void> {
  tensors = 0;
  await expect((async () => call())()).rejects.toBeInstanceOf(OnestepError);
  expect(tensors).toBe(0);
}

/** A backend that counts the tensors that are made from values. */
function counting<T>(plain: TensorBackend<T>): TensorBackend<unknown> {
  const counted: TensorBackend<T> = {
    ...plain,
    fromValues: (values, shape) => {
      tensors++;
      return plain.fromValues(values, shape);
    },
  };
  return counted;
}
