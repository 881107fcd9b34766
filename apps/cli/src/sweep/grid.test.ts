import { expect, test } from "vitest";
import { describeChanges, gridPoints } from "./grid.ts";
import { parseSweepFile } from "./sweep-file.ts";

const base = { law: { contextLength: 10, noise: { law: "gaussian", variance: 1 } }, seed: 4 };
const changesOf = (sweep: object): string[] =>
  gridPoints(parseSweepFile({ base, ...sweep }, "sweep.yaml")).map(({ changes }) => describeChanges(changes));

test("a grid goes through its combinations in the order written, the last path fastest", () => {
  expect(changesOf({ grid: { "law.contextLength": [10, 20], seed: [0, 1] } })).toEqual([
    "law.contextLength = 10, seed = 0",
    "law.contextLength = 10, seed = 1",
    "law.contextLength = 20, seed = 0",
    "law.contextLength = 20, seed = 1",
  ]);
});

test("a change reaches its field and no other, and the base stays as it is", () => {
  const [point] = gridPoints(parseSweepFile({ base, grid: { "law.noise.variance": [0.25] } }, "sweep.yaml"));
  expect(point.config).toEqual({ law: { contextLength: 10, noise: { law: "gaussian", variance: 0.25 } }, seed: 4 });
  expect(base.law.noise.variance).toBe(1);
});

test("paths may be written with dots or as nested fields", () => {
  const grid = { law: { contextLength: [5], noise: { variance: [0, 1] } } };
  expect(changesOf({ grid })).toEqual(changesOf({ grid: { "law.contextLength": [5], "law.noise.variance": [0, 1] } }));
});

test("listed points come after the grid, replicates count seeds from the base's, and a base alone is one point", () => {
  expect(changesOf({ grid: { backend: ["wasm"] }, points: [{ backend: "float64" }], replicates: 2 })).toEqual([
    'backend = "wasm", seed = 4',
    'backend = "wasm", seed = 5',
    'backend = "float64", seed = 4',
    'backend = "float64", seed = 5',
  ]);
  expect(changesOf({ points: [{ seed: 9 }] })).toEqual(["seed = 9"]);
  expect(changesOf({ $schema: "sweep.schema.json" })).toEqual(["the base"]);
});

test.each([
  [{ gird: {} }, /got "gird".*did you mean "grid"/],
  [{ grid: { seed: 3 } }, /grid, seed: expected a list of values; got 3/],
  [{ grid: { seed: [] } }, /grid, seed: expected a list of values/],
  [{ grid: [1] }, /grid: expected lists of values by path/],
  [{ points: [3] }, /points 1: expected changes by path/],
  [{ replicates: 0 }, /replicates: expected a number of seeds, 1 or more; got 0/],
  [{ replicates: 2, grid: { seed: [0] } }, /both say which seeds are run/],
  [{ grid: { "law.contextLength": [5], law: { contextLength: [6] } } }, /each path once/],
  [{ grid: { "law.contextLength": [5], law: [{}] } }, /got law after it.*law before what is within it/],
  [
    {
      points: Array.from({ length: 200 }, () => ({})),
      replicates: 99_999,
    },
    /at most 100000 points; got 19999800/,
  ],
  [{ grid: { "law.contextLength.deep": [1] } }, /contextLength has none/],
  [{ grid: { seed: Array.from({ length: 1000 }, (_, i) => i), backend: Array(101).fill("wasm") } }, /got 101000/],
])("what is no sweep is refused in words: %j", (sweep, words) => {
  expect(() => changesOf(sweep)).toThrow(words);
});
