import { float64Backend, ShapeError, type PromptBatch } from "@onestep/core";
import { anyContextLength, anyDimension, anyVector } from "@onestep/testkit";
import * as tf from "@tensorflow/tfjs";
import { assert, asyncProperty, constantFrom, integer, pre, tuple, type Arbitrary } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyLayer, anyPrompts, type LayerOnPrompts } from "../../tests/any-layer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { roundingOf } from "../../tests/gram-oracle.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import type { LsaEngine } from "../engine/lsa-engine.ts";
import { packParameters } from "../lsa/parameters.ts";
import { lossEngine } from "./loss-engine.ts";
import { huberLoss, logisticLoss, quantileLoss, squaredLoss, type PredictionLoss } from "./prediction-loss.ts";

const DOUBLE = 2 ** -53;
const losses = [squaredLoss(), logisticLoss(), huberLoss({ delta: 3 }), quantileLoss({ probability: 0.3 })];

/** Any layer on any prompts of one to three queries, with labels ±1. */
const anyQueries: Arbitrary<LayerOnPrompts> = tuple(
  integer({ min: 1, max: 3 }),
  anyContextLength(6),
  anyDimension(3),
  integer({ min: 1, max: 3 }),
).chain(([count, n, d, queries]) =>
  tuple(anyLayer(d), anyPrompts(count, n, d), anyVector(count * queries * d), anyVector(count * queries)).map(
    ([parameters, prompts, queryCovariates, responses]) => ({
      parameters,
      prompts: { ...prompts, queries, queryCovariates, queryResponses: responses.map((entry) => (entry < 0 ? -1 : 1)) },
    }),
  ),
);

/** One prompt per query, each with a copy of the context. */
function split({ queries = 1, ...prompts }: PromptBatch): PromptBatch {
  const repeat = (values: Float64Array): Float64Array => {
    const size = values.length / prompts.count;
    const copies = Array.from({ length: prompts.count * queries }, (_, at) => Math.floor(at / queries) * size);
    return Float64Array.from(copies.flatMap((from) => [...values.subarray(from, from + size)]));
  };
  return {
    ...prompts,
    count: prompts.count * queries,
    covariates: repeat(prompts.covariates),
    responses: repeat(prompts.responses),
  };
}

/**
 * The gradient of any loss is that of the squared error on other responses, ỹ = ŷ − ℓ'(ŷ, y)/2: the fused kernel of the
 * squared error is a second route to it.
 */
async function expectAgrees(
  engine: LsaEngine,
  loss: PredictionLoss,
  { parameters, prompts }: LayerOnPrompts,
): Promise<void> {
  const apart = split(prompts);
  const predictions = await float64Engine().predict(parameters, apart);
  const surrogate = predictions.map(
    (prediction, at) => prediction - loss.derivative(prediction, apart.queryResponses[at]) / 2,
  );
  const mirror = { ...apart, queryResponses: surrogate };
  const expected = await float64Engine().lossAndGradient(parameters, mirror);
  const actual = await engine.lossAndGradient(parameters, prompts);
  const rounding = roundingOf({ parameters, prompts: mirror }, DOUBLE, engine.unitRoundoff);
  // Beside the kink of a quantile, rounding decides on the slope.
  const residuals = predictions.map((prediction, at) => Math.abs(prediction - apart.queryResponses[at]));
  pre(loss.name !== "quantile" || residuals.every((size, at) => size > rounding.predictions[at]));
  expectEntriesClose(await engine.predict(parameters, prompts), predictions, rounding.predictions);
  const values = predictions.map((prediction, at) => loss.value(prediction, apart.queryResponses[at]));
  // A loss moves by at most max |ℓ'| times what its prediction does, which is the surrogate residual's size at most.
  const slack = rounding.predictions.map(
    (bound, at) => bound * (bound + Math.abs(2 * (predictions[at] - surrogate[at])) + 1),
  );
  const mean = (entries: Float64Array): number => entries.reduce((sum, entry) => sum + entry, 0) / entries.length;
  expectEntriesClose([actual.loss], [mean(values)], [mean(slack) + 16 * DOUBLE * mean(values)]);
  expectEntriesClose(actual.gradient.keyQuery.values, expected.gradient.keyQuery.values, rounding.keyQuery);
  expectEntriesClose(
    actual.gradient.valueProjection.values,
    expected.gradient.valueProjection.values,
    rounding.valueProjection,
  );
}

describe("the gradient of any loss, for one query or several", () => {
  it("is that of the squared error on surrogate responses, by another engine", async () => {
    await assert(
      asyncProperty(constantFrom(...losses), anyQueries, async (loss, one) => {
        await expectAgrees(lossEngine(float64Backend(), loss), loss, one);
      }),
    );
  });

  it("of the logistic loss is its central difference along each number", async () => {
    const engine = lossEngine(float64Backend(), logisticLoss());
    await assert(
      asyncProperty(anyQueries, async ({ parameters, prompts }) => {
        const [m, u] = [parameters.keyQuery, parameters.valueProjection];
        const small = {
          keyQuery: { ...m, values: m.values.map((v) => v / 64) },
          valueProjection: { ...u, values: u.values.map((v) => v / 64) },
        };
        const gradient = packParameters((await engine.lossAndGradient(small, prompts)).gradient);
        const step = 2 ** -17;
        const width = prompts.dimension + 1;
        for (let at = 0; at < gradient.length; at++) {
          const shifted = async (by: number) => {
            const [keyQuery, valueProjection] = [
              { ...m, values: small.keyQuery.values.slice() },
              { ...u, values: small.valueProjection.values.slice() },
            ];
            if (at < width * width) keyQuery.values[at] += by;
            else valueProjection.values[at - width * width] += by;
            return { keyQuery, valueProjection };
          };
          const [up, down] = [await shifted(step), await shifted(-step)];
          const slope =
            ((await engine.lossAndGradient(up, prompts)).loss - (await engine.lossAndGradient(down, prompts)).loss) /
            (2 * step);
          // ŷ is linear along a number, with slope g = (ŷ₊ − ŷ₋)/2h: the difference truncates at most h² |g|³ |ℓ'''|/6.
          const [above, below] = [await engine.predict(up, prompts), await engine.predict(down, prompts)];
          const slopes = above.map((value, query) => Math.abs(value - below[query]) / (2 * step));
          const truncated = Math.max(...slopes.map((g) => (g ** 3 * step ** 2) / (36 * Math.sqrt(3))));
          const rounding = roundingOf({ parameters: up, prompts: split(prompts) }, DOUBLE);
          const rounded =
            (Math.max(...rounding.predictions) + 16 * DOUBLE * (1 + Math.max(...above.map(Math.abs)))) / step;
          expectEntriesClose([gradient[at]], [slope], [truncated + rounded]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("refuses a layer of another dimension", async () => {
    const engine = lossEngine(float64Backend(), huberLoss());
    const prompts = {
      count: 1,
      contextLength: 1,
      dimension: 1,
      covariates: Float64Array.of(2),
      responses: Float64Array.of(3),
      queryCovariates: Float64Array.of(5),
      queryResponses: Float64Array.of(7),
    };
    const parameters = {
      keyQuery: { rows: 3, columns: 3, values: new Float64Array(9) },
      valueProjection: { rows: 3, columns: 1, values: new Float64Array(3) },
    };
    await expect(engine.lossAndGradient(parameters, prompts)).rejects.toThrow(ShapeError);
    await expect(engine.predict(parameters, prompts)).rejects.toThrow(/lossEngine\.predict/);
  });
});

describe.each(tensorflowBackends)("on TensorFlow.js, %s", (name) => {
  let engineOf: (loss: PredictionLoss) => LsaEngine;
  beforeAll(async () => {
    const backend = await activate(name);
    engineOf = (loss) => lossEngine(backend, loss);
  });

  it("smooth losses have the same gradient within single precision, and no tensor is left behind", async () => {
    const smooth = [squaredLoss(), logisticLoss()];
    const tensors = tf.memory().numTensors;
    await assert(
      asyncProperty(constantFrom(...smooth), anyQueries, (loss, one) => expectAgrees(engineOf(loss), loss, one)),
      { numRuns: 30 },
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
