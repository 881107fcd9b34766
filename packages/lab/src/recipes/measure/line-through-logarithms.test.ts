import { exp, log } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { lineThroughLogarithms } from "./line-through-logarithms.ts";

describe("the line through the logarithms of estimates", () => {
  it("is met by values that lie on one", () => {
    const points = [1, 2, 5].map((x) => ({ x, value: exp(0.5 - 2 * x), standardError: exp(-2 * x) / x }));
    const { slope, intercept } = lineThroughLogarithms(points);
    expectClose(slope.value, -2, 1e-14);
    expectClose(intercept.value, 0.5, 1e-14);
  });

  it("has the errors of the line through two points", () => {
    const points = [
      { x: 1, value: 2, standardError: 0.02 },
      { x: 3, value: 5, standardError: 0.1 },
    ];
    const { slope, intercept } = lineThroughLogarithms(points);
    expectClose(slope.standardError, Math.hypot(0.01, 0.02) / 2, 1e-15);
    expectClose(intercept.value, (3 * log(2) - log(5)) / 2, 1e-14);
    expectClose(intercept.standardError, Math.hypot(3 * 0.01, 0.02) / 2, 1e-15);
  });

  it("follows the accurate ones", () => {
    const near = { x: 0, value: 1, standardError: 1e-6 };
    const far = { x: 1, value: 1, standardError: 1e-6 };
    const { slope } = lineThroughLogarithms([near, far, { x: 2, value: 100, standardError: 100 }]);
    expect(Math.abs(slope.value)).toBeLessThan(1e-9);
  });
});
