import { randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";

import { expectPasses, expectRefuses, type ConformanceCheck } from "./expect-check.ts";
import { falseAlarmSpent } from "./false-alarm.ts";

const key = randomKey(0);
const check = (passed: boolean, falseAlarm = 0): ConformanceCheck => ({
  name: "second moment",
  falseAlarm,
  run: () => ({ passed, detail: "1.2 ± 0.01, declared 1" }),
});

describe("expectPasses", () => {
  it("says which check failed, and what it found", () => {
    expectPasses(check(true), key);
    expect(() => expectPasses(check(false), key)).toThrow("second moment: 1.2 ± 0.01, declared 1");
  });

  it("books what a check may get wrong, and nothing for an exact one", () => {
    const before = falseAlarmSpent();
    expectPasses(check(true), key);
    expectPasses(check(true, 1e-10), key);
    expect(falseAlarmSpent().checks).toBe(before.checks + 1);
    expect(falseAlarmSpent().alpha - before.alpha).toBeCloseTo(1e-10, 20);
  });
});

describe("expectRefuses", () => {
  it("fails where a wrong declaration passes, and spends nothing", () => {
    const before = falseAlarmSpent();
    expectRefuses(check(false, 1e-10), key);
    expect(() => expectRefuses(check(true, 1e-10), key)).toThrow(/a wrong declaration was not noticed/);
    expect(falseAlarmSpent()).toEqual(before);
  });
});
