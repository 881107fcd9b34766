import { assert, integer, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { stubStream } from "../../tests/stub-stream.ts";
import { DomainError } from "../errors.ts";
import { drawInteger, drawSubset, shuffle } from "./integer.ts";
import { randomKey } from "./key.ts";
import { openStream, type RandomStream } from "./stream.ts";

const scripted = (...bits: number[]): RandomStream => stubStream({ bits: () => bits.shift() ?? NaN });

test("whole numbers stay below any bound", () => {
  assert(
    property(nat(), integer({ min: 1, max: 2 ** 32 - 1 }), (seed, bound) => {
      const drawn = drawInteger(openStream(randomKey(seed)), bound);
      return Number.isInteger(drawn) && drawn >= 0 && drawn < bound;
    }),
  );
});

test("each number has a run of bits of the same length, and what is left over is drawn again", () => {
  const bound = 3;
  const run = 1431655765; // ⌊2³²/3⌋, and one is left over
  const first = [0, run - 1, run, 2 * run - 1, 2 * run, 3 * run - 1];
  expect(first.map((bits) => drawInteger(scripted(bits), bound))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(drawInteger(scripted(2 ** 32 - 1, run), bound)).toBe(1);
  expect(drawInteger(scripted(2 ** 32 - 1), 2 ** 32)).toBe(2 ** 32 - 1);
});

test("shuffling moves, and neither loses nor doubles", () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = Float64Array.from(items);
  shuffle(openStream(randomKey(0)), shuffled);
  expect(Array.from(shuffled)).not.toEqual(items);
  expect(Array.from(shuffled).sort((i, j) => i - j)).toEqual(items);
  shuffle(openStream(randomKey(0)), []);
});

test("subsets are ascending, distinct and below their set's size", () => {
  const sizes = tuple(nat(20), nat(20)).map(([x, y]) => [Math.min(x, y), Math.max(x, y)] as const);
  assert(
    property(nat(), sizes, (seed, [size, of]) => {
      const subset = Array.from(drawSubset(openStream(randomKey(seed)), size, of));
      expect(subset).toHaveLength(size);
      expect([...new Set(subset)].sort((i, j) => i - j)).toEqual(subset);
      expect(subset.every((element) => element < of)).toBe(true);
    }),
  );
});

test("bounds and sizes outside the law are refused", () => {
  const stream = openStream(randomKey(0));
  for (const bound of [0, -1, 1.5, NaN, 2 ** 32 + 1]) expect(() => drawInteger(stream, bound)).toThrow(DomainError);
  for (const [size, of] of [
    [3, 2],
    [-1, 2],
    [1.5, 2],
    [1, NaN],
  ]) {
    expect(() => drawSubset(stream, size, of)).toThrow(`got ${size} of ${of}`);
  }
});

test("first draws of seed 0 (not truth, only change detection: a new value here is a major change)", () => {
  const stream = openStream(randomKey(0));
  const items = ["a", "b", "c", "d"];
  shuffle(stream, items);
  const drawn = [drawInteger(stream, 10), ...drawSubset(stream, 3, 8)];
  expect([items.join(""), ...drawn]).toMatchInlineSnapshot(`
    [
      "bcda",
      9,
      3,
      5,
      7,
    ]
  `);
});
