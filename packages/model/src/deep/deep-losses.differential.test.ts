import { float64Backend } from "@onestep/core";
import * as tf from "@tensorflow/tfjs";
import { assert, asyncProperty, constantFrom, nat, pre, tuple } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyTransformerOnPrompts, type TransformerOnPrompts } from "../../tests/any-transformer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { automaticGradient, drawTransformerOnPrompts } from "../../tests/textbook-attention.ts";
import { evaluateTransformer, flatten, mapWeights, transformerRounding } from "../../tests/transformer-oracle.ts";
import { huberLoss, logisticLoss, quantileLoss, squaredLoss, type PredictionLoss } from "../losses/prediction-loss.ts";
import type { LinearTransformer } from "./linear-transformer.ts";
import { transformerEngine } from "./transformer-engine.ts";

const DOUBLE = 2 ** -53;
const SINGLE = 2 ** -24;
const losses = [squaredLoss(), logisticLoss(), huberLoss({ delta: 0.25 }), quantileLoss({ probability: 0.3 })];

/** Labels ±1 where the loss asks for them. */
function withLabels({ transformer, prompts }: TransformerOnPrompts, { name }: PredictionLoss): TransformerOnPrompts {
  if (name !== "logistic") return { transformer, prompts };
  const queryResponses = prompts.queryResponses.map((response) => (response < 0 ? -1 : 1));
  return { transformer, prompts: { ...prompts, queryResponses } };
}

/** The squared error on other responses, ỹ = ŷ − ℓ'(ŷ, y)/2, whose gradient is that of the loss. */
async function surrogateOf(one: TransformerOnPrompts, loss: PredictionLoss): Promise<TransformerOnPrompts> {
  const { predictions } = await evaluateTransformer(one);
  const { queryResponses } = one.prompts;
  const responses = predictions.map((value, at) => value - loss.derivative(value, queryResponses[at]) / 2);
  return { ...one, prompts: { ...one.prompts, queryResponses: responses } };
}

/** How far a gradient may be off: rounding of the surrogate's, and of slopes that change by at most twice a prediction. */
async function gradientRounding(surrogate: TransformerOnPrompts, ...units: readonly number[]): Promise<Float64Array> {
  return (await transformerRounding(surrogate, ...units)).gradient.map((bound) => 2 * bound);
}

/** Beside a kink, of a quantile in value and of Huber in slope, rounding decides. */
function isSmoothAt(loss: PredictionLoss, residuals: Float64Array, reach: Float64Array): boolean {
  return residuals.every((residual, at) => {
    if (loss.name === "quantile") return Math.abs(residual) > reach[at];
    return loss.name !== "huber" || Math.abs(Math.abs(residual) - loss.settings["delta"]) > reach[at];
  });
}

const residualsOf = (predictions: Float64Array, { prompts }: TransformerOnPrompts): Float64Array =>
  predictions.map((prediction, at) => prediction - prompts.queryResponses[at]);

describe("the gradient of any loss of a deep transformer", () => {
  it("is that of the squared error on surrogate responses", async () => {
    await assert(
      asyncProperty(constantFrom(...losses), anyTransformerOnPrompts(3), async (loss, drawn) => {
        const one = withLabels(drawn, loss);
        const surrogate = await surrogateOf(one, loss);
        const [actual, expected] = [
          await evaluateTransformer(one, transformerEngine(float64Backend(), loss)),
          await evaluateTransformer(surrogate),
        ];
        expectEntriesClose(actual.gradient, expected.gradient, await gradientRounding(surrogate, DOUBLE));
        const values = actual.predictions.map((value, at) => loss.value(value, one.prompts.queryResponses[at]));
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expectEntriesClose([actual.loss], [mean], [8 * DOUBLE * mean]);
      }),
      { numRuns: 60 },
    );
  });

  it("is the central difference along any entry, as far as halving the step changes that", async () => {
    await assert(
      asyncProperty(tuple(constantFrom(...losses), anyTransformerOnPrompts(3), nat()), async ([loss, drawn, pick]) => {
        const one = withLabels(drawn, loss);
        const engine = transformerEngine(float64Backend(), loss);
        const gradient = flatten((await engine.lossAndGradient(one.transformer, one.prompts)).gradient);
        const at = pick % gradient.length;
        const lossAt = async (by: number) =>
          (await engine.lossAndGradient(movedEntry(one.transformer, at, by), one.prompts)).loss;
        const slopeOver = async (step: number) => ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        const step = 2 ** -12;
        const predictionsAt = async (by: number) => engine.predict(movedEntry(one.transformer, at, by), one.prompts);
        const [above, below] = [await predictionsAt(step), await predictionsAt(-step)];
        const here = await engine.predict(one.transformer, one.prompts);
        const reach = above.map((value, prompt) => 2 * (Math.abs(value - below[prompt]) + 1e-12));
        pre(isSmoothAt(loss, residualsOf(here, one), reach));
        const [coarse, fine] = [await slopeOver(step), await slopeOver(step / 2)];
        // The error falls fourfold when the step is halved: what is left is a third of the change, to leading order.
        const { predictions } = await transformerRounding(one, DOUBLE);
        const rounding = (2 * (Math.max(...predictions) + 8 * DOUBLE)) / step;
        expectEntriesClose([gradient[at]], [fine], [Math.abs(coarse - fine) + rounding]);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(tensorflowBackends)("on TensorFlow.js, %s", (name) => {
  beforeAll(async () => {
    await activate(name);
  });

  /** The losses in operations that TensorFlow.js differentiates. */
  const automatic: Record<string, (prediction: tf.Tensor, response: number) => tf.Tensor> = {
    squared: (prediction, response) => tf.square(tf.sub(prediction, response)),
    logistic: (prediction, label) => tf.softplus(tf.mul(prediction, -label)),
    huber: (prediction, response) => {
      const size = tf.abs(tf.sub(prediction, response));
      const within = tf.minimum(size, 0.25);
      return tf.add(tf.square(within), tf.mul(0.5, tf.sub(size, within)));
    },
    quantile: (prediction, response) => {
      const residual = tf.sub(prediction, response);
      return tf.maximum(tf.mul(residual, -0.3), tf.mul(residual, 0.7));
    },
  };

  it.each(losses)("the $name loss is differentiated by hand as by the library, and no tensor is left", async (loss) => {
    // The same draw for every seed: of others one may lie on a kink, or have gradients that cancel.
    const one = withLabels(drawTransformerOnPrompts(0), loss);
    const surrogate = await surrogateOf(one, loss);
    const rounding = await gradientRounding(surrogate, DOUBLE, SINGLE);
    const byHand = await evaluateTransformer(one, transformerEngine(float64Backend(), loss));
    const reach = (await transformerRounding(one, SINGLE)).predictions;
    expect(isSmoothAt(loss, residualsOf(byHand.predictions, one), reach)).toBe(true);
    const byLibrary = await automaticGradient(one, automatic[loss.name]);
    expectEntriesClose(byLibrary.gradient, byHand.gradient, rounding);
    const before = tf.memory().numTensors;
    const single = await evaluateTransformer(one, transformerEngine(await activate(name), loss));
    expect(tf.memory().numTensors).toBe(before);
    expectEntriesClose(single.gradient, byHand.gradient, rounding);
    const size = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
    expect(size(byHand.gradient) / size(rounding)).toBeGreaterThan(10);
  });
});

/** The transformer with one of all its numbers moved, counted in the order of `flatten`. */
function movedEntry(transformer: LinearTransformer, entry: number, by: number): LinearTransformer {
  let before = 0;
  return mapWeights(transformer, (one) => {
    const at = entry - before;
    before += one.values.length;
    return { ...one, values: one.values.map((value, i) => (i === at ? value + by : value)) };
  });
}
