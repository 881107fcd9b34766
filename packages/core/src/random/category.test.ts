import { expect, test } from "vitest";
import { stubStream } from "../../tests/stub-stream.ts";
import { DomainError } from "../errors.ts";
import { categorySampler, probabilities } from "./category.ts";
import { randomKey } from "./key.ts";
import { openStream, type RandomStream } from "./stream.ts";

test("weights that add up to 1 within 12 digits become probabilities that do exactly", () => {
  const [p, q] = probabilities([0.5, 0.5 + 5e-13]);
  expect(p + q).toBe(1);
  expect(q - p).toBeCloseTo(5e-13, 15);
  const refused = [[], [0.5, 0.4], [1.5, -0.5], [NaN, 1], [0.3333, 0.3333, 0.3333], [Infinity]];
  for (const weights of refused) expect(() => probabilities(weights)).toThrow(DomainError);
  expect(() => categorySampler([0.5, 0.6])).toThrow("weights from 0 to 1 that add up to 1; got a sum of 1.1");
  expect(() => categorySampler([1.5, -0.5])).toThrow("got 1.5 at position 0");
});

test("a category is the cell that the uniform falls into, and one of weight 0 never is", () => {
  const at = (u: number): RandomStream => stubStream({ uniform: () => u });
  const draw = categorySampler([0, 0.25, 0, 0.75, 0]);
  expect([2 ** -53, 0.2499, 0.25, 1 - 2 ** -53].map((u) => draw(at(u)))).toEqual([1, 1, 3, 3]);
  // Ten additions of 0.1 round to less than 1, and the last cell takes what is missing.
  expect(categorySampler(Array.from({ length: 10 }, () => 0.1))(at(1 - 2 ** -53))).toBe(9);
});

test("first draws of seed 0 (not truth, only change detection: a new value here is a major change)", () => {
  const stream = openStream(randomKey(0));
  const draw = categorySampler([0.3, 0.3, 0.4]);
  expect(Array.from({ length: 8 }, () => draw(stream)).join()).toMatchInlineSnapshot(`"0,0,2,2,2,2,1,2"`);
});
