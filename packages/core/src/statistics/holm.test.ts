import { assert, array, double, property } from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { holm } from "./holm.ts";

test("Holm's steps by hand", () => {
  // 4·0.01, 3·0.02 (the tie takes the same), 2·0.5 capped at 1
  expect(holm([0.5, 0.015625, 0.03125, 0.75])).toEqual([1, 0.0625, 0.09375, 1]);
  expect(holm([0.03125, 0.03125])).toEqual([0.0625, 0.0625]);
  expect(holm([0.125])).toEqual([0.125]);
  expect(holm([])).toEqual([]);
});

test("a smaller p-value is never adjusted to a larger one, and none below itself or above Bonferroni's", () => {
  const probabilities = array(double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
  assert(
    property(probabilities, (pValues) => {
      const adjusted = holm(pValues);
      pValues.forEach((p, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, pValues.length * p));
        pValues.forEach((other, j) => {
          if (p <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
        });
      });
    }),
  );
});

test("what is not a probability is refused, with its place", () => {
  expect(() => holm([0.5, NaN])).toThrow("got NaN at position 1");
  for (const p of [-0.1, 1.1]) expect(() => holm([p])).toThrow(DomainError);
});
