import {
  childKey,
  float64Backend,
  matrix,
  openStream,
  randomKey,
  type Matrix,
  type LsaParameters,
} from "@onestep/core";
import { seedForTests } from "@onestep/testkit";
import * as tf from "@tensorflow/tfjs";
import { assert, asyncProperty } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { anyLayerOnPrompts, type LayerOnPrompts } from "../../tests/any-layer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { roundingOf, throughGramMatrix, type Evaluation } from "../../tests/gram-oracle.ts";
import { activate, tensorflowBackends } from "../../tests/tensorflow.ts";
import { backendEngine } from "../engine/backend-engine.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import type { LsaEngine } from "../engine/lsa-engine.ts";
import { packParameters, unpackParameters } from "./parameters.ts";
import { tokensOn } from "./tokens.ts";

const DOUBLE = 2 ** -53;
const SINGLE = 2 ** -24;

const reference = backendEngine(float64Backend());

/** Numbers that single precision rounds, at the size of an experiment. */
const drawn: LayerOnPrompts = drawLayerOnPrompts({ count: 16, contextLength: 20, dimension: 5 });

describe("the gradient by hand", () => {
  it("is the central difference along each coordinate, where the loss is a parabola and nothing is truncated", async () => {
    const step = 1 / 2;
    await assert(
      asyncProperty(anyLayerOnPrompts(), async ({ parameters, prompts }) => {
        const position = packParameters(parameters);
        const gradient = await gradientVector(reference, { parameters, prompts });
        const rounding = vectorOf(roundingOf({ parameters, prompts }, DOUBLE));
        for (let at = 0; at < position.length; at++) {
          const [up, down] = [step, -step].map((by) => {
            const moved = unpackParameters(moveAlong(position, unit(position.length, at), by), prompts.dimension);
            return { parameters: moved, prompts };
          });
          const difference = ((await lossOf(up)) - (await lossOf(down))) / (2 * step);
          const roundoff = (roundingOf(up, DOUBLE).loss + roundingOf(down, DOUBLE).loss) / (2 * step);
          expectEntriesClose([gradient[at]], [difference], [roundoff + rounding[at]]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is the slope along any direction, where the loss is a quartic and five points leave nothing truncated", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async ({ parameters, prompts }) => {
        const position = packParameters(parameters);
        const direction = position.map((_, at) => 1 / (1 + at));
        const points = [-2, -1, 1, 2].map((by) => ({
          parameters: unpackParameters(moveAlong(position, direction, by / 4), prompts.dimension),
          prompts,
        }));
        const weights = [1 / 12, -8 / 12, 8 / 12, -1 / 12].map((weight) => 4 * weight);
        let slope = 0;
        let roundoff = 0;
        for (const [at, point] of points.entries()) {
          slope += weights[at] * (await lossOf(point));
          // The loss, its weight, the product and the sum of four.
          roundoff += Math.abs(weights[at]) * (roundingOf(point, DOUBLE).loss + 6 * DOUBLE * (await lossOf(point)));
        }
        const gradient = await gradientVector(reference, { parameters, prompts });
        const rounding = vectorOf(roundingOf({ parameters, prompts }, DOUBLE));
        const along = gradient.reduce((sum, entry, at) => sum + entry * direction[at], 0);
        // The summation of `along` rounds its partial sums once more.
        const bound = rounding.reduce((sum, entry, at) => {
          const term = entry + gradient.length * DOUBLE * Math.abs(gradient[at]);
          return sum + term * direction[at];
        }, 0);
        expectEntriesClose([along], [slope], [roundoff + bound]);
      }),
      { numRuns: 40 },
    );
  });

  it("rejects a wrong gradient: the tolerances are a million times smaller than it is", () => {
    const gradient = vectorOf(throughGramMatrix(drawn));
    const rounding = vectorOf(roundingOf(drawn, DOUBLE));
    const alive = [...gradient.keys()].filter((at) => gradient[at] !== 0);
    expect(Math.min(...alive.map((at) => Math.abs(gradient[at]) / rounding[at]))).toBeGreaterThan(1e6);
  });
});

describe("two engines in double precision", () => {
  it.each([
    ["the fused kernels", float64Engine()],
    ["the model code on float64Backend", reference],
  ])("%s agree with the Gram matrix written out", async (_, engine) => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), (one) => expectEngineAgrees(engine, one, throughGramMatrix(one), DOUBLE)),
    );
  });

  it("agree with one another: the kernels are the model code", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async (one) => {
        await expectEngineAgrees(float64Engine(), one, await evaluate(reference, one), DOUBLE);
      }),
    );
  });
});

describe.each(tensorflowBackends)("TensorFlow.js on %s", (name) => {
  let engine: LsaEngine;
  beforeAll(async () => {
    engine = backendEngine(await activate(name));
  });

  it("agrees with double precision on any layer and any prompts", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async (one) => {
        await expectEngineAgrees(engine, one, await evaluate(reference, one), SINGLE);
      }),
    );
  });

  it("agrees with double precision where the inputs themselves are rounded", async () => {
    await expectEngineAgrees(engine, drawn, await evaluate(reference, drawn), SINGLE);
  });

  it("differentiates the loss, written in its own operations, to the gradient by hand", async () => {
    for (const one of [drawn, drawLayerOnPrompts({ count: 3, contextLength: 1, dimension: 3 })]) {
      const autodiff = await automaticGradient(one);
      const rounding = roundingOf(one, DOUBLE, SINGLE);
      const byHand = await evaluate(reference, one);
      expectEntriesClose([autodiff.loss], [byHand.loss], [rounding.loss]);
      expectEntriesClose(autodiff.keyQuery, byHand.keyQuery, rounding.keyQuery);
      expectEntriesClose(autodiff.valueProjection, byHand.valueProjection, rounding.valueProjection);
    }
  });

  it("rejects a wrong gradient: the tolerances are a hundred times smaller than it is", async () => {
    const [gradient, rounding] = [vectorOf(await evaluate(engine, drawn)), vectorOf(roundingOf(drawn, SINGLE))];
    const size = Math.sqrt(gradient.reduce((sum, entry) => sum + entry ** 2, 0));
    const tolerance = Math.sqrt(rounding.reduce((sum, entry) => sum + entry ** 2, 0));
    expect(size / tolerance).toBeGreaterThan(100);
  });
});

async function evaluate(engine: LsaEngine, { parameters, prompts }: LayerOnPrompts): Promise<Evaluation> {
  const { loss, gradient } = await engine.lossAndGradient(parameters, prompts);
  return {
    predictions: await engine.predict(parameters, prompts),
    loss,
    keyQuery: gradient.keyQuery.values,
    valueProjection: gradient.valueProjection.values,
  };
}

/** The other evaluation is in double precision. */
async function expectEngineAgrees(
  engine: LsaEngine,
  one: LayerOnPrompts,
  expected: Evaluation,
  unitRoundoff: number,
): Promise<void> {
  expect(engine.unitRoundoff).toBe(unitRoundoff);
  const actual = await evaluate(engine, one);
  const rounding = roundingOf(one, DOUBLE, unitRoundoff);
  expectEntriesClose([actual.loss], [expected.loss], [rounding.loss]);
  expectEntriesClose(actual.predictions, expected.predictions, rounding.predictions);
  expectEntriesClose(actual.keyQuery, expected.keyQuery, rounding.keyQuery);
  expectEntriesClose(actual.valueProjection, expected.valueProjection, rounding.valueProjection);
}

/** The layer as attention reads in a textbook, and its gradient by reverse-mode differentiation. */
async function automaticGradient({ parameters, prompts }: LayerOnPrompts): Promise<Omit<Evaluation, "predictions">> {
  const { count, contextLength, dimension } = prompts;
  const width = dimension + 1;
  const tokens = tokensOn(float64Backend(), prompts);
  const tensors = tf.tidy(() => {
    const context = tf.tensor3d(Float32Array.from(tokens.context.values), [count, contextLength, width]);
    const query = tf.tensor2d(Float32Array.from(tokens.query.values), [count, width]);
    const responses = tf.tensor1d(Float32Array.from(prompts.queryResponses));
    const loss = (m: tf.Tensor, u: tf.Tensor): tf.Scalar => {
      const keys = tf.reshape(tf.matMul(query, tf.reshape(m, [width, width]), false, true), [count, width, 1]);
      const scores = tf.reshape(tf.matMul(context, keys), [count, contextLength]);
      const flat = tf.reshape(context, [count * contextLength, width]);
      const values = tf.reshape(tf.matMul(flat, tf.reshape(u, [width, 1])), [count, contextLength]);
      const predictions = tf.sum(tf.mul(scores, values), 1);
      return tf.mean(tf.square(tf.sub(predictions, responses)));
    };
    const m = tf.tensor2d(Float32Array.from(parameters.keyQuery.values), [width, width]);
    const u = tf.tensor1d(Float32Array.from(parameters.valueProjection.values));
    const { value, grads } = tf.valueAndGrads(loss)([m, u]);
    return [value, ...grads];
  });
  const [[loss], keyQuery, valueProjection] = await Promise.all(
    tensors.map(async (tensor) => Float64Array.from(await tensor.data())),
  );
  tf.dispose(tensors);
  return { loss, keyQuery, valueProjection };
}

function drawLayerOnPrompts(shape: { count: number; contextLength: number; dimension: number }): LayerOnPrompts {
  const { count, contextLength, dimension } = shape;
  const width = dimension + 1;
  const stream = openStream(childKey(childKey(randomKey(seedForTests()), "gradient"), JSON.stringify(shape)));
  const normals = (size: number): Float64Array => Float64Array.from({ length: size }, () => stream.normal());
  const parameters: LsaParameters<Matrix> = {
    keyQuery: matrix(width, width, normals(width * width)),
    valueProjection: matrix(width, 1, normals(width)),
  };
  return {
    parameters,
    prompts: {
      ...shape,
      covariates: normals(count * contextLength * dimension),
      responses: normals(count * contextLength),
      queryCovariates: normals(count * dimension),
      queryResponses: normals(count),
    },
  };
}

async function lossOf({ parameters, prompts }: LayerOnPrompts): Promise<number> {
  return (await reference.lossAndGradient(parameters, prompts)).loss;
}

async function gradientVector(engine: LsaEngine, { parameters, prompts }: LayerOnPrompts): Promise<Float64Array> {
  return packParameters((await engine.lossAndGradient(parameters, prompts)).gradient);
}

function vectorOf({ keyQuery, valueProjection }: Pick<Evaluation, "keyQuery" | "valueProjection">): Float64Array {
  return Float64Array.of(...keyQuery, ...valueProjection);
}

function moveAlong(position: Float64Array, direction: Float64Array, by: number): Float64Array {
  return position.map((entry, at) => entry + by * direction[at]);
}

function unit(length: number, at: number): Float64Array {
  return new Float64Array(length).fill(1, at, at + 1);
}
