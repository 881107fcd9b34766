import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { entries } from "../../tests/arbitraries.ts";
import { UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { meanAccumulator, type MeanAccumulator } from "./moments.ts";

function accumulate(draws: readonly number[]): MeanAccumulator {
  const accumulator = meanAccumulator();
  for (const draw of draws) accumulator.push(draw);
  return accumulator;
}

test("mean, unbiased variance and standard error, by hand", () => {
  const accumulator = accumulate([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(accumulator.count).toBe(8);
  expect(accumulator.mean).toBe(5);
  expect(accumulator.variance).toBeCloseTo(32 / 7, 14);
  expect(accumulator.estimate()).toEqual({ value: 5, standardError: Math.sqrt(accumulator.variance / 8), count: 8 });
});

test("a large offset costs no digits of the variance", () => {
  const accumulator = accumulate([4, 7, 13, 16].map((x) => x + 2 ** 40));
  expect(accumulator.mean).toBe(10 + 2 ** 40);
  expect(accumulator.variance).toBe(30);
});

test("two passes agree with one", () => {
  fc.assert(
    fc.property(fc.array(entries, { minLength: 2, maxLength: 40 }), (draws) => {
      const { mean, variance } = accumulate(draws);
      const expected = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      const expectedVariance = draws.reduce((sum, x) => sum + (x - expected) ** 2, 0) / (draws.length - 1);
      const rounding = 4 * draws.length * UNIT_ROUNDOFF;
      expect(Math.abs(mean - expected)).toBeLessThanOrEqual(rounding * 4);
      expect(Math.abs(variance - expectedVariance)).toBeLessThanOrEqual(rounding * 32);
    }),
  );
});

test("merging is pushing all draws into one", () => {
  fc.assert(
    fc.property(
      fc.array(entries, { maxLength: 30 }),
      fc.array(entries, { minLength: 2, maxLength: 30 }),
      (first, second) => {
        const [merged, other, whole] = [accumulate(first), accumulate(second), accumulate([...first, ...second])];
        merged.merge(other);
        const rounding = 4 * whole.count * UNIT_ROUNDOFF;
        expect(merged.count).toBe(whole.count);
        expect(Math.abs(merged.mean - whole.mean)).toBeLessThanOrEqual(rounding * 4);
        expect(Math.abs(merged.variance - whole.variance)).toBeLessThanOrEqual(rounding * 32);
        expect(other.count).toBe(second.length);
      },
    ),
  );
});

test("merging nothing changes nothing", () => {
  const accumulator = accumulate([1, 2]);
  accumulator.merge(meanAccumulator());
  expect(accumulator.estimate()).toEqual(accumulate([1, 2]).estimate());
  const empty = meanAccumulator();
  empty.merge(meanAccumulator());
  expect(empty.count).toBe(0);
});

test("too few draws, or one that is not finite, is refused", () => {
  expect(() => meanAccumulator().mean).toThrow("meanAccumulator.mean: expected at least 1 draws; got 0");
  expect(() => accumulate([1]).variance).toThrow(DomainError);
  expect(() => accumulate([1]).estimate()).toThrow(DomainError);
  expect(() => accumulate([1, NaN])).toThrow("got NaN as draw 1");
});
