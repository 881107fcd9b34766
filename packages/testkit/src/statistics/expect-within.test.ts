import { describe, expect, it } from "vitest";

import { expectPlausible, expectRejected, expectWithin } from "./expect-within.ts";
import { falseAlarmSpent } from "./false-alarm.ts";

const estimate = { value: 1, standardError: 0.01, count: 1_000_000 };

describe("expectWithin", () => {
  it("allows 6.11 standard errors at the default α, and no more", () => {
    expectWithin(estimate, 1 + 0.061);
    expect(() => expectWithin(estimate, 1 + 0.0612)).toThrow(
      /expected 1\.0612; estimated 1 ± 0\.01 from 1000000 draws/,
    );
  });

  it("allows 1.96 standard errors at α = 5 % only where the budget permits, which it does not", () => {
    expect(() => expectWithin(estimate, 1, { alpha: 0.05 })).toThrow(/alpha: expected a number in \(0, 0\.000001\]/);
  });

  it("allows more when fewer draws stand behind the standard error, as Student's t does", () => {
    // t with 99 degrees of freedom exceeds 6.7395 with probability 5e-10.
    const few = { ...estimate, count: 100 };
    expectWithin(few, 1 + 0.067);
    expect(() => expectWithin(few, 1 + 0.068)).toThrow(/standard errors away/);
  });

  it("asks a degenerate law for equality to within rounding", () => {
    const exact = { value: 2, standardError: 0, count: 1000 };
    expectWithin(exact, 2);
    expectWithin(exact, 2 + 1e-14);
    expect(() => expectWithin(exact, 2.001)).toThrow(/Infinity standard errors away/);
  });

  it("refuses NaN and estimates from a handful of draws", () => {
    expect(() => expectWithin({ ...estimate, value: NaN }, 1)).toThrow(/Infinity standard errors/);
    expect(() => expectWithin({ ...estimate, standardError: NaN }, 1.5)).toThrow(/Infinity standard errors/);
    expect(() => expectWithin({ ...estimate, count: 99 }, 1)).toThrow(/at least 100 draws; got 99/);
  });

  it("adds what it spends to the running test and to the file", ({ task }) => {
    const before = falseAlarmSpent();
    expectWithin(estimate, 1);
    expectWithin(estimate, 1, { alpha: 1e-8 });
    expect(task.meta.falseAlarm).toBeCloseTo(1.1e-8, 20);
    expect(falseAlarmSpent().checks).toBe(before.checks + 2);
    expect(falseAlarmSpent().alpha - before.alpha).toBeCloseTo(1.1e-8, 20);
  });
});

describe("expectRejected", () => {
  it("passes where the wrong value is far enough to be told apart", () => {
    expectRejected(estimate, 1.07);
  });

  it("fails where the check has no power, and spends nothing", ({ task }) => {
    expect(() => expectRejected(estimate, 1.05)).toThrow(/the wrong value 1\.05 was not rejected/);
    expect(task.meta.falseAlarm).toBeUndefined();
  });
});

describe("expectPlausible", () => {
  it("accepts ordinary p-values and refuses tiny ones, NaN and numbers above 1", () => {
    expectPlausible(0.03);
    expect(() => expectPlausible(1e-10)).toThrow(/expected a p-value in \[1e-9, 1\]; got 1e-10/);
    expect(() => expectPlausible(NaN)).toThrow(/got NaN/);
    expect(() => expectPlausible(1.5)).toThrow(/got 1\.5/);
  });
});
