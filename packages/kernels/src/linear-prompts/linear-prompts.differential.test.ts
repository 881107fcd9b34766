import { childKey, matrixFromRows, openStream, randomKey, type Matrix, type PromptBatch } from "@onestep/core";
import { assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MOST_DIMENSION } from "../normals/normals-module.ts";
import { fillLinearPrompts, type LinearPrompts, type PromptRange } from "./linear-prompts.ts";
import { affineMap } from "./normal-map.ts";
import { fillOneByOne } from "./twin.ts";

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

interface Sizes {
  readonly contextLength: number;
  readonly dimension: number;
  readonly queries: number;
}

/** The bytes of prompts; NaN where nothing was written. */
function drawn(fill: typeof fillLinearPrompts, prompts: LinearPrompts, range: PromptRange): Buffer {
  const { contextLength, dimension, queries } = prompts;
  const { count } = range;
  const arrays = {
    covariates: new Float64Array(count * contextLength * dimension).fill(NaN),
    responses: new Float64Array(count * contextLength).fill(NaN),
    queryCovariates: new Float64Array(count * queries * dimension).fill(NaN),
    queryResponses: new Float64Array(count * queries).fill(NaN),
  };
  fill(prompts, range, { count, contextLength, dimension, queries, ...arrays } satisfies PromptBatch);
  return Buffer.concat(Object.values(arrays).map(({ buffer }) => Buffer.from(buffer)));
}

const factorOf = (kind: string, dimension: number): Matrix =>
  matrixFromRows(
    Array.from({ length: dimension }, (_, i) =>
      Array.from({ length: dimension }, (__, j) => {
        if (i === j) return kind === "identity" ? 1 : 1 + 0.3 * i;
        return kind === "lower" && j < i ? 1 / (i + j + 1) : 0;
      }),
    ),
  );

const promptsOf = (sizes: Sizes, kinds: readonly string[], shifted: boolean, deviation: number): LinearPrompts => {
  const { dimension } = sizes;
  const mean = shifted ? Float64Array.from({ length: dimension }, (_, i) => i - 1.5) : undefined;
  const [rows, queryRows, taskVectors] = kinds.map((kind) => affineMap(factorOf(kind, dimension), mean));
  return { ...sizes, rows, queryRows, taskVectors, deviation };
};

describe("fillLinearPrompts, against prompts drawn one by one", () => {
  it("draws the same bytes, whatever the prompts are made of", () => {
    const kind = constantFrom("identity", "diagonal", "lower");
    const settings = record({
      sizes: record({
        contextLength: integer({ min: 1, max: 30 }),
        dimension: integer({ min: 1, max: 14 }),
        queries: integer({ min: 1, max: 3 }),
      }),
      kinds: record({ rows: kind, queries: kind, tasks: kind }),
      shifted: boolean(),
      deviation: constantFrom(0, 0.5),
      seed: integer({ min: 0 }),
      from: constantFrom(0, 7, 2 ** 32 - 3, 2 ** 40 + 5),
      count: integer({ min: 1, max: 40 }),
    });
    assert(
      property(settings, ({ sizes, kinds, shifted, deviation, seed, from, count }) => {
        const prompts = promptsOf(sizes, [kinds.rows, kinds.queries, kinds.tasks], shifted, deviation);
        const range = { key: randomKey(seed), from, count };
        expect(drawn(fillLinearPrompts, prompts, range).equals(drawn(fillOneByOne, prompts, range))).toBe(true);
      }),
    );
  });

  it.each([
    ["more prompts than are opened at once", { contextLength: 1, dimension: 1, queries: 1 }, 600],
    ["contexts that do not fit at once", { contextLength: 700, dimension: 20, queries: 1 }, 5],
    ["the largest dimension there is room for", { contextLength: 20, dimension: MOST_DIMENSION, queries: 2 }, 5],
    ["a dimension beyond it", { contextLength: 2, dimension: MOST_DIMENSION + 1, queries: 1 }, 5],
  ])("draws %s", (_, sizes, count) => {
    const prompts = promptsOf(sizes, ["lower", "diagonal", "lower"], true, 0.5);
    const range = { key: randomKey(1), from: 0, count };
    expect(drawn(fillLinearPrompts, prompts, range).equals(drawn(fillOneByOne, prompts, range))).toBe(true);
  });

  it("draws prompts with a map that is known by what it does alone", () => {
    const prompts = promptsOf({ contextLength: 6, dimension: 3, queries: 1 }, ["lower", "lower", "identity"], false, 1);
    const opaque = { ...prompts, rows: (...place: Parameters<typeof prompts.rows>) => prompts.rows(...place) };
    const range = { key: randomKey(1), from: 0, count: 9 };
    expect(drawn(fillLinearPrompts, opaque, range).equals(drawn(fillLinearPrompts, prompts, range))).toBe(true);
  });

  it("draws them without WebAssembly too", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const { fillLinearPrompts: fill } = await import("./linear-prompts.ts");
    const prompts = promptsOf({ contextLength: 9, dimension: 6, queries: 2 }, ["lower", "diagonal", "lower"], true, 1);
    const range = { key: randomKey(4), from: 3, count: 21 };
    expect(drawn(fill, prompts, range).equals(drawn(fillLinearPrompts, prompts, range))).toBe(true);
  });

  it("draws each part at its address", () => {
    const prompts = promptsOf({ contextLength: 1, dimension: 1, queries: 1 }, ["lower", "lower", "lower"], false, 0.5);
    const range = { key: randomKey(1), from: 8, count: 1 };
    const bytes = drawn(fillLinearPrompts, prompts, range);
    const [x, y, xQuery, yQuery] = new Float64Array(new Uint8Array(bytes).buffer);
    const prompt = childKey(randomKey(1), "prompt", 8);
    const [task, row, noise, query] = ["task", "covariates", "noise", "query"].map((label) =>
      openStream(childKey(prompt, label)),
    );
    const w = task.normal();
    expect([x, xQuery]).toEqual([row.normal(), query.normal()]);
    expect([y, yQuery]).toEqual([w * x + 0.5 * noise.normal(), w * xQuery + 0.5 * query.normal()]);
  });
});
