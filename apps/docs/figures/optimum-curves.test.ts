import { describe, expect, it } from "vitest";

import { knee, optimumAt, optimumCurve, optimumTable } from "./optimum-curves.ts";

describe("the curves of the figure", () => {
  it("show Theorem 1: η* = 1/(n+d+1+σ²), L* = d + σ² − nd·η*", () => {
    // n = 20, d = 5, σ² = 0: η* = 1/26, L* = 5 − 100/26.
    const point = optimumAt(20, { dimension: 5, noiseVariance: 0 });
    expect(point.stepSize).toBeCloseTo(1 / 26, 14);
    expect(point.loss).toBeCloseTo(5 - 100 / 26, 13);
  });

  it("hold every context length once, in order", () => {
    const curve = optimumCurve({ dimension: 3, noiseVariance: 1 });
    expect(curve.map((point) => point.contextLength)).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
  });

  it("agree with the table at the powers of two", () => {
    const controls = { dimension: 8, noiseVariance: 0.5 };
    const curve = optimumCurve(controls);
    for (const row of optimumTable(controls)) expect(row).toEqual(curve[row.contextLength - 1]);
  });

  it("turn at the knee, where the step is half of 1/n", () => {
    const controls = { dimension: 6, noiseVariance: 2 };
    expect(optimumAt(knee(controls), controls).stepSize).toBeCloseTo(1 / (2 * 9), 14);
  });
});
