import { childKey, openStream, randomKey } from "@onestep/core";
import { expectPlausible, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { meanIsZero } from "./mean-is-zero.ts";

const size = { count: 400, width: 3 };
const key = childKey(randomKey(seedForTests()), "mean is zero");
/** Three numbers of a prompt: normal about a mean, a normal cubed, and a fair sign. */
const numbers = (mean: number) => (prompt: number, into: Float64Array) => {
  const stream = openStream(childKey(key, "prompt", prompt));
  into.set([stream.normal() + mean, stream.normal() ** 3, stream.sign()]);
};

describe("meanIsZero", () => {
  it("accepts numbers that have mean zero, and rejects a mean of half a standard deviation", () => {
    expectPlausible(meanIsZero(numbers(0), size));
    expect(meanIsZero(numbers(0.5), size)).toBeLessThan(1e-9);
  });

  it("is Bonferroni's bound of a normal law: 16 ones of 16 are four standard deviations", () => {
    const ones = (_: number, into: Float64Array): void => void into.fill(1);
    expect(meanIsZero(ones, { count: 16, width: 1 })).toBeCloseTo(6.334248366623996e-5, 15); // 2Φ(−4)
    expect(meanIsZero(ones, { count: 16, width: 5 })).toBeCloseTo(31.67124183311998e-5, 15);
  });

  it("leaves out numbers that are zero up to rounding, and makes no claim where all are", () => {
    const rounding = (_: number, into: Float64Array): void => void into.fill(1e-15);
    expect(meanIsZero(rounding, { ...size, resolution: 1e-10 })).toBe(1);
    expect(meanIsZero((_, into) => void into.fill(0), size)).toBe(1);
    const oneOfThree = (_: number, into: Float64Array): void => into.set([1, 1e-15, 0]);
    expect(meanIsZero(oneOfThree, { count: 16, width: 3, resolution: 1e-10 })).toBeCloseTo(6.334248366623996e-5, 15);
  });
});
