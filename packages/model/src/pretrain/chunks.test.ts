import { childKey, DomainError, isotropic, openStream, randomKey, ShapeError, type PromptBatch } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { roundingOf } from "../../tests/gram-oracle.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../checkpoint/checkpoint.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { kernelEngine } from "../engine/kernel-engine.ts";
import { packParameters, unpackParameters } from "../lsa/parameters.ts";
import { adam } from "../optimizers/adam.ts";
import type { Slope } from "../optimizers/objective.ts";
import { chunkRanges, inChunks, inTurn, type ChunkEvaluator } from "./chunks.ts";
import { layerInTokenFrame } from "./framed-layer.ts";
import type { PretrainingPlan } from "./plan.ts";
import { pretrain, resume } from "./pretrain.ts";
import type { PretrainingSnapshot } from "./snapshot.ts";
import type { PretrainingState } from "./state.ts";
import type { Trainable } from "./trainable.ts";

type Layer = Trainable<PretrainingState["parameters"]>;

const law = { contextLength: 4, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
const key = randomKey(9);

/** A part of a batch of prompts with one query each. */
function slice(batch: PromptBatch, { from, count }: { readonly from: number; readonly count: number }): PromptBatch {
  const cut = (values: Float64Array): Float64Array => {
    const size = values.length / batch.count;
    return values.slice(from * size, (from + count) * size);
  };
  return {
    ...batch,
    count,
    covariates: cut(batch.covariates),
    responses: cut(batch.responses),
    queryCovariates: cut(batch.queryCovariates),
    queryResponses: cut(batch.queryResponses),
  };
}

const chunksOf = (batch: PromptBatch, size: number): PromptBatch[] =>
  chunkRanges({ count: batch.count, size }).map((range) => slice(batch, range));

/** Workers that take the next chunk as soon as they are done, and are done after a random number of turns. */
function workers(count: number, model: Layer, order: number[]): ChunkEvaluator<PromptBatch> {
  const stream = openStream(childKey(randomKey(count), "pauses"));
  return async (position, chunks) => {
    const results: Slope[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let k = next++; k < chunks.length; k = next++) {
        const pauses = Math.floor(20 * stream.uniform());
        for (let pause = 0; pause < pauses; pause++) await Promise.resolve();
        results[k] = await model.lossAndGradient(position, chunks[k]);
        order.push(k);
      }
    };
    await Promise.all(Array.from({ length: count }, work));
    return results;
  };
}

/** 30 prompts a step in chunks of four, the last of two, and a race of two starts. */
function planFor(
  evaluator: (model: Layer) => ChunkEvaluator<PromptBatch>,
): PretrainingPlan<PretrainingState["parameters"], readonly PromptBatch[]> {
  return {
    key: childKey(key, "initial"),
    model: ([first]) => {
      const layer = layerInTokenFrame(float64Engine())(first);
      return inChunks(layer, evaluator(layer));
    },
    prompts: (step) => chunksOf(drawPrompts(law, childKey(key, "train", step), 30), 4),
    optimizer: adam({ learningRate: 0.02 }),
    steps: 24,
    screening: { starts: 2, steps: 6, optimizer: adam({ learningRate: 0.05 }) },
  };
}

async function bytesOf(run: AsyncIterable<PretrainingState>): Promise<Uint8Array[]> {
  const bytes: Uint8Array[] = [];
  for await (const state of run) {
    const { step, snapshot, loss, status, parameters, blocks } = state;
    bytes.push(encodeCheckpoint("state", { key, step, state: { snapshot, loss, status, parameters, blocks } }));
  }
  return bytes;
}

describe("training in chunks", () => {
  it.each([1, 2, 3, 8])("on %d workers is training on none, byte for byte", async (count) => {
    const order: number[] = [];
    const alone = await bytesOf(pretrain(planFor(inTurn)));
    const together = await bytesOf(pretrain(planFor((model) => workers(count, model, order))));
    expect(together).toEqual(alone);
    const inOrder = order.every((k, at) => k === at % 8);
    expect(inOrder).toBe(count === 1);
  });

  it("goes on, byte for byte, on another number of workers", async () => {
    const on = (count: number) => planFor((model) => workers(count, model, []));
    const whole = await bytesOf(pretrain(on(3)));
    const stored = decodeCheckpoint<{ snapshot: PretrainingSnapshot }>("state", whole[9]);
    expect(await bytesOf(resume(on(8), stored.state.snapshot))).toEqual(whole.slice(10));
  });

  it("has the gradient of the whole minibatch, and its very bits where that is a single chunk", async () => {
    const prompts = drawPrompts(law, childKey(key, "whole"), 11);
    const layer = layerInTokenFrame(float64Engine())(prompts);
    const position = drawPrompts(law, childKey(key, "position"), 3).covariates.slice(0, layer.size);
    const parameters = unpackParameters(position, 2);
    const plain: Layer = {
      ...layer,
      lossAndGradient: async (at, batch) => {
        const { loss, gradient } = await float64Engine().lossAndGradient(unpackParameters(at, 2), batch);
        return { loss, gradient: packParameters(gradient) };
      },
    };
    const whole = await plain.lossAndGradient(position, prompts);
    expect(await inChunks(plain).lossAndGradient(position, [prompts])).toEqual(whole);
    const rounding = roundingOf({ parameters, prompts }, 2 ** -53);
    for (const size of [1, 2, 3, 5, 10]) {
      const { loss, gradient } = await inChunks(plain).lossAndGradient(position, chunksOf(prompts, size));
      expectEntriesClose([loss], [whole.loss], [rounding.loss]);
      expectEntriesClose(gradient, whole.gradient, [...rounding.keyQuery, ...rounding.valueProjection]);
    }
  });

  it("says what runs on each chunk, where the model does", () => {
    const first = drawPrompts(law, key, 4);
    expect(inChunks(layerInTokenFrame(kernelEngine())(first)).path).toBe("wasm-f64 given rows");
    expect(inChunks(layerInTokenFrame(float64Engine())(first)).path).toBeUndefined();
  });

  it("reports an overflow in any chunk", async () => {
    const model: Trainable<unknown, { count: number; loss: number }> = {
      size: 1,
      pack: () => new Float64Array(1),
      unpack: () => undefined,
      lossAndGradient: async (_, { loss }) => ({ loss, gradient: Float64Array.of(loss) }),
    };
    const chunks = [1, Infinity, 2].map((loss) => ({ count: 2, loss }));
    const { loss, gradient } = await inChunks(model).lossAndGradient(new Float64Array(1), chunks);
    expect([loss, gradient[0]]).toEqual([Infinity, Infinity]);
  });

  it.each([0, NaN, 1.5])("refuses a chunk of %d prompts", async (count) => {
    const model = { ...layerInTokenFrame(float64Engine())(drawPrompts(law, key, 4)) };
    const chunks = [{ count: 2 }, { count }];
    const slope = { loss: 1, gradient: new Float64Array(model.size) };
    const counted = inChunks<unknown, { count: number }>(
      { ...model, pack: () => new Float64Array(model.size), lossAndGradient: async () => slope },
      async () => [slope, slope],
    );
    await expect(counted.lossAndGradient(new Float64Array(model.size), chunks)).rejects.toThrow(/chunks\.count/);
  });

  it("refuses sizes that are none, and evaluators that lose a chunk", async () => {
    expect(() => chunkRanges({ count: 0, size: 4 })).toThrow(DomainError);
    expect(() => chunkRanges({ count: 4, size: 1.5 })).toThrow(/chunks\.size/);
    const prompts = drawPrompts(law, key, 4);
    const layer = layerInTokenFrame(float64Engine())(prompts);
    const position = new Float64Array(layer.size);
    const losing = inChunks(layer, async (at, chunks) => inTurn(layer)(at, chunks.slice(1)));
    await expect(losing.lossAndGradient(position, chunksOf(prompts, 2))).rejects.toThrow(ShapeError);
    await expect(inChunks(layer).lossAndGradient(position, [])).rejects.toThrow(/pretrain\.chunks/);
  });
});
