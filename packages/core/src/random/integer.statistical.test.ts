import { test } from "vitest";
import { estimateMean, expectRejected, expectWithin, streamOfRun } from "../../tests/statistical.ts";
import { drawInteger, drawSubset, shuffle } from "./integer.ts";
import type { RandomStream } from "./stream.ts";

const DRAWS = 100_000;

/** How often a drawn outcome, written as a word, is this one. */
const frequency = (word: string, draw: (stream: RandomStream) => string) => {
  const stream = streamOfRun(`frequency of ${word}`);
  return estimateMean(DRAWS, () => (draw(stream) === word ? 1 : 0));
};

test("a bound that does not divide 2³² gives no number more than its share, as a remainder would", () => {
  const bound = 3 * 2 ** 30;
  const stream = streamOfRun("integer");
  const firstThird = estimateMean(DRAWS, () => (drawInteger(stream, bound) < 2 ** 30 ? 1 : 0));
  expectWithin(firstThird, 1 / 3);
  expectRejected(firstThird, 1 / 2); // bits % bound
});

test("small integers are uniform", () => {
  const share = frequency("6", (stream) => String(drawInteger(stream, 7)));
  expectWithin(share, 1 / 7);
  expectRejected(share, 1 / 8);
});

test("the orders of three items are equally likely, which they are not when each swaps with any other", () => {
  const fair = (stream: RandomStream): string => {
    const items = ["a", "b", "c"];
    shuffle(stream, items);
    return items.join("");
  };
  const unfair = (stream: RandomStream): string => {
    const items = ["a", "b", "c"];
    for (let i = 0; i < 3; i++) {
      const j = drawInteger(stream, 3);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items.join("");
  };
  for (const order of ["abc", "bac"]) {
    expectWithin(frequency(order, fair), 1 / 6);
    expectRejected(frequency(order, unfair), 1 / 6); // 4/27 or 5/27
  }
});

test("the pairs out of four are equally likely", () => {
  for (const pair of ["0,1", "1,3"]) {
    const share = frequency(pair, (stream) => drawSubset(stream, 2, 4).join(","));
    expectWithin(share, 1 / 6);
    expectRejected(share, 1 / 6 + 0.02);
  }
});
