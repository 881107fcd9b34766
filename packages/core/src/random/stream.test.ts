import { expect, test } from "vitest";
import { childKey, randomKey, type RandomKey } from "./key.ts";
import { openStream, type NormalEngine } from "./stream.ts";
import { edgeDensities, layerEdges, LAYERS, TAIL_START } from "./ziggurat.ts";

const keyOfWords = (words: [number, number, number, number]): RandomKey => ({
  words,
  parent: undefined,
  name: "test",
  index: undefined,
});

test("the generator is xoshiro128++: from the state 1, 2, 3, 4 it gives the published outputs", () => {
  // Published with the reference implementation's ports: the first ten outputs of xoshiro128++ from state 1, 2, 3, 4.
  const stream = openStream(keyOfWords([1, 2, 3, 4]));
  const outputs = Array.from({ length: 10 }, () => stream.bits());
  expect(outputs).toEqual([
    641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
  ]);
});

test("the all-zero state is stepped over", () => {
  const stream = openStream(keyOfWords([0, 0, 0, 0]));
  expect(new Set(Array.from({ length: 100 }, () => stream.bits())).size).toBeGreaterThan(90);
});

test("two streams of one key draw the same numbers; children draw others", () => {
  const key = randomKey(11);
  const first = openStream(key);
  const second = openStream(key);
  const child = openStream(childKey(key, "child"));
  for (let i = 0; i < 100; i++) {
    const value = first.normal();
    expect(second.normal()).toBe(value);
    expect(child.normal()).not.toBe(value);
  }
});

test("fillNormals fills all of an array, or the rest of it, unless told otherwise", () => {
  const [whole, rest] = [new Float64Array(5), new Float64Array(5)];
  openStream(randomKey(5)).fillNormals(whole);
  openStream(randomKey(5)).fillNormals(rest, 2);
  expect(whole.every((draw) => draw !== 0)).toBe(true);
  expect([...rest]).toEqual([0, 0, ...whole.subarray(0, 3)]);
});

test("fillNormals writes what normal would draw, wedges and tail included", () => {
  const one = openStream(randomKey(5));
  const many = openStream(randomKey(5));
  const count = 100_000;
  const filled = new Float64Array(count + 2);
  many.fillNormals(filled, 1, count);
  expect(filled[0]).toBe(0);
  expect(filled[count + 1]).toBe(0);
  expect(filled.slice(1, count + 1)).toEqual(Float64Array.from({ length: count }, () => one.normal()));
  expect(filled.some((x) => x > TAIL_START) && filled.some((x) => x < -TAIL_START)).toBe(true);
});

test("an engine is handed the state and the long runs, and the stream goes on from the state it leaves", () => {
  const fills: number[][] = [];
  const engine: NormalEngine = {
    state: new Int32Array(4),
    leastCount: 10,
    fill: (into, offset, count) => {
      fills.push([...engine.state, offset, count]);
      into.fill(7, offset, offset + count);
      engine.state.set([5, 6, 7, 8]);
    },
  };
  const stream = openStream(keyOfWords([1, 2, 3, 4]), engine);
  const into = new Float64Array(12);
  stream.fillNormals(into, 1, 10);
  expect(fills).toEqual([[1, 2, 3, 4, 1, 10]]);
  expect([...into]).toEqual([0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0]);

  const successor = openStream(keyOfWords([5, 6, 7, 8]));
  const [short, expected] = [new Float64Array(9), new Float64Array(9)];
  stream.fillNormals(short, 0, 9);
  successor.fillNormals(expected, 0, 9);
  expect(fills.length).toBe(1);
  expect(short).toEqual(expected);
});

test("a run of no draws leaves the stream where it is", () => {
  const stream = openStream(randomKey(1));
  stream.fillNormals(new Float64Array(0), 0, 0);
  expect(stream.bits()).toBe(openStream(randomKey(1)).bits());
});

test("the ziggurat's layers close at the density's peak and have decreasing edges", () => {
  const area = layerEdges[1] * (edgeDensities[2] - edgeDensities[1]);
  const peak = edgeDensities[LAYERS - 1] + area / layerEdges[LAYERS - 1];
  expect(Math.abs(peak - 1)).toBeLessThan(1e-13);
  for (let layer = 0; layer < LAYERS; layer++) expect(layerEdges[layer + 1]).toBeLessThan(layerEdges[layer]);
});

test("first draws of seed 0 (not truth, only change detection: a new value here is a major change)", () => {
  const stream = openStream(randomKey(0));
  const drawn = [stream.bits(), stream.uniform(), stream.normal(), stream.normal(), stream.sign()];
  expect(drawn).toMatchInlineSnapshot(`
    [
      511094355,
      0.29128758982896785,
      -1.155621715259679,
      0.5252743665869193,
      -1,
    ]
  `);
});
