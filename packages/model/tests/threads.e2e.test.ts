import { BackendError, covariance, matrix, openStream, randomKey } from "@onestep/core";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { claimBlocks } from "../dist/threads/control.js";
import { openThreads, type Threads } from "../dist/threads/open-threads.js";
import { startTeam } from "../dist/threads/team.js";
import {
  adam,
  fullTransformer,
  layerOnDrawnPrompts,
  pretrain,
  transformerOnDrawnPrompts,
  type DrawnPrompts,
  type Trainable,
} from "../dist/index.js";

const law = {
  contextLength: 7,
  covariates: covariance(matrix(3, 3, [2, 0.5, 0.1, 0.5, 1, -0.3, 0.1, -0.3, 0.7])),
  tasks: covariance(matrix(3, 3, [0.5, 0.1, 0, 0.1, 0.4, 0.1, 0, 0.1, 0.3])),
  noiseVariance: 0.25,
};
const family = fullTransformer({ dimension: 3, layers: 3 });
const methods = ["rows", "two-column", "rao-blackwell"] as const;
const precisions = ["float64", "float32"] as const;

function normals(length: number): Float64Array {
  const values = new Float64Array(length);
  openStream(randomKey(1)).fillNormals(values, 0, length);
  return values.map((value) => value / 8);
}

/** Minibatches that grow, of one block and of many, whole blocks and not. */
const minibatches: readonly DrawnPrompts[] = [1, 96, 97, 5000, 960].map((count, first) => ({
  key: randomKey(3),
  first: 4 * first,
  count,
}));

async function evaluate<P>({ size, lossAndGradient }: Trainable<P, DrawnPrompts>) {
  const results = [];
  for (const minibatch of minibatches) results.push(await lossAndGradient(normals(size), minibatch));
  return results;
}

describe.each([0, 1, 2, 4, 8])("%i threads that help", (count) => {
  let threads: Threads;
  beforeAll(async () => {
    threads = await openThreads(count);
  });
  afterAll(() => threads.close());

  it.each(methods.flatMap((method) => precisions.map((precision) => [method, precision] as const)))(
    "give the bytes of one alone: one layer by %s in %s",
    async (method, precision) => {
      const [shared, alone] = [
        layerOnDrawnPrompts(law, { method, precision }, threads.openOneLayer),
        layerOnDrawnPrompts(law, { method, precision }),
      ];
      expect(await evaluate(shared)).toEqual(await evaluate(alone));
      expect(shared.path).toBe(alone.path);
    },
  );

  it.each(precisions)("give the bytes of one alone: three layers in %s", async (precision) => {
    const [shared, alone] = [
      transformerOnDrawnPrompts(family, law, { precision }, threads.openDeep),
      transformerOnDrawnPrompts(family, law, { precision }),
    ];
    expect(await evaluate(shared)).toEqual(await evaluate(alone));
  });

  it("give training runs of the same bytes", async () => {
    const last = async (open?: Threads["openOneLayer"]): Promise<unknown> => {
      const model = layerOnDrawnPrompts(law, {}, open);
      const run = pretrain({
        key: randomKey(0),
        model: () => model,
        prompts: (step) => ({ key: randomKey(step), count: 1000 }),
        optimizer: adam(),
        steps: 40,
      });
      let state: unknown;
      for await (state of run);
      return state;
    };
    expect(await last(threads.openOneLayer)).toEqual(await last());
  });

  it("do their share", () => {
    expect(threads.count).toBe(count);
    if (count === 0) expect(threads.helped).toBe(0);
    else expect(threads.helped).toBeGreaterThan(0);
  });
});

describe("threads", () => {
  it("count the blocks of all of them that float32 could not hold", async () => {
    const threads = await openThreads(2);
    const options = { precision: "float32" } as const;
    const white = { dimension: 2, contextLength: 5, noiseDeviation: 1 };
    const [shared, { openOneLayer }] = [threads.openOneLayer(white, options), await openThreads(0)];
    const alone = openOneLayer(white, options);
    const huge = { keyQuery: new Float64Array(9).fill(1e20), valueProjection: new Float64Array(3).fill(1) };
    for (const count of [960, 9600]) {
      const [one, other] = [structuredClone(huge), structuredClone(huge)];
      const prompts = { key: randomKey(0), first: 0, count };
      expect(shared.lossAndGradient(huge, prompts, one)).toBe(alone.lossAndGradient(huge, prompts, other));
      expect(one).toEqual(other);
    }
    expect(shared.escalations).toBe(alone.escalations);
    expect(shared.escalations).toBe(110);
    await threads.close();
  });

  it("refuse what one alone refuses, and go on", async () => {
    const threads = await openThreads(1);
    const layer = threads.openOneLayer({ dimension: 2, contextLength: 5, noiseDeviation: 1 });
    const parameters = { keyQuery: new Float64Array(9), valueProjection: new Float64Array(3) };
    const prompts = { key: randomKey(0), first: 0, count: 1000 };
    const narrow = { ...parameters, valueProjection: new Float64Array(2) };
    const room = structuredClone(parameters);
    expect(() => layer.lossAndGradient(narrow, prompts, room)).toThrow(/M \[3, 3\] and u \[3\]/);
    expect(() => layer.lossAndGradient(parameters, { ...prompts, count: 0 }, room)).toThrow(/positive count/);
    const infinite = { ...parameters, keyQuery: new Float64Array(9).fill(Infinity) };
    expect(() => layer.lossAndGradient(infinite, prompts, room)).toThrow(/finite loss/);
    expect(layer.lossAndGradient(parameters, prompts, room)).toBeGreaterThan(0);
    await threads.close();
  });

  const white = { dimension: 2, contextLength: 5, noiseDeviation: 1 };
  const room = () => ({ keyQuery: new Float64Array(9), valueProjection: new Float64Array(3) });
  const prompts = { key: randomKey(0), first: 0, count: 960 };

  it("hold an evaluation until it is disposed of, once however often it grows, and take it up again", async () => {
    const threads = await openThreads(2);
    const layer = threads.openOneLayer(white);
    const losses = [960, 9600, 96_000, 9600].map((count) =>
      layer.lossAndGradient(room(), { ...prompts, count }, room()),
    );
    await vi.waitFor(() => expect(threads.held).toBe(2));
    layer.dispose();
    await vi.waitFor(() => expect(threads.held).toBe(0));
    expect(layer.lossAndGradient(room(), { ...prompts, count: 9600 }, room())).toBe(losses[1]);
    await vi.waitFor(() => expect(threads.held).toBe(2));
    await threads.close();
  });

  it("forget an evaluation that nobody holds any more", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const threads = await openThreads(1);
    threads.openOneLayer(white).lossAndGradient(room(), prompts, room());
    await vi.waitFor(() => expect(threads.held).toBe(1));
    await vi.waitFor(() => {
      collect();
      expect(threads.held).toBe(0);
    }, 10_000);
    await threads.close();
  });

  it("say it when one of them has died", async () => {
    const started: Worker[] = [];
    const note = (worker: Worker): void => void started.push(worker);
    process.on("worker", note);
    const threads = await openThreads(2);
    process.off("worker", note);
    const layer = threads.openOneLayer(white);
    layer.lossAndGradient(room(), prompts, room());
    await started[1].terminate();
    expect(() => layer.lossAndGradient(room(), prompts, room())).toThrow(
      "openThreads: expected threads that live until they are closed; got it ended with code 1",
    );
    await threads.close();
  });

  it("say it when one has died in the middle of a step, while the caller waits", async () => {
    const team = await startTeam(0, 200);
    // Takes a block, and is never heard of again.
    const die = (): void => void claimBlocks(team.control);
    expect(() => team.sum(0, 3, die)).toThrow(/got 2 of 3 blocks were summed, and no more in 200 ms/);
    expect(() => team.sum(0, 3, () => undefined)).toThrow(BackendError);
  });

  it("refuse to be no number", async () => {
    for (const count of [-1, 1.5, NaN]) {
      await expect(openThreads(count)).rejects.toThrow(/a whole number of threads/);
    }
  });
});
