import { describe, expect, it } from "vitest";

import { batchBand, batchCurve, logRange, logSpacedIndices, logTicks, windowMean, WINDOW } from "./curves.ts";

const losses = (values: readonly number[]) => values.map((batchLoss, i) => ({ step: i + 1, batchLoss }));

describe("the curves of the laboratory", () => {
  it("draw every step of a short run, and some of a long one, the first and the last among them", () => {
    expect(logSpacedIndices(0)).toEqual([]);
    expect(logSpacedIndices(3)).toEqual([0, 1, 2]);
    const indices = logSpacedIndices(100_000);
    expect(indices.length).toBeLessThanOrEqual(161);
    expect([indices[0], indices[indices.length - 1]]).toEqual([0, 99_999]);
    expect([...indices].sort((a, b) => a - b)).toEqual(indices);
    expect(batchCurve(losses([3, 2]))).toEqual([
      [1, 3],
      [2, 2],
    ]);
  });

  it("know the mean of the last steps with its standard error", () => {
    // Of 1 … 20: mean 10.5, variance 35, √(35/20).
    const run = losses(Array.from({ length: 30 }, (_, i) => i - 9));
    const window = windowMean(run)!;
    expect(window.mean).toBeCloseTo(10.5, 12);
    expect(window.standardError).toBeCloseTo(Math.sqrt(35 / WINDOW), 12);
    expect(windowMean(run, 3)).toBeUndefined();
  });

  it("have a band about the mean, above 0", () => {
    for (const [, low, high] of batchBand(losses(Array.from({ length: 40 }, (_, i) => (i % 2 ? 1e-6 : 4))))) {
      expect(low).toBeGreaterThan(0);
      expect(low).toBeLessThan(2.1);
      expect(high).toBeGreaterThan(2);
    }
    expect(batchBand(losses([1, 2, 3]))).toEqual([]);
  });

  it("stand on an axis with room about what is positive", () => {
    const [from, to] = logRange([0, 1, 100, NaN, -3, Infinity], [1, 2]);
    expect(from).toBeLessThan(1);
    expect(to).toBeGreaterThan(100);
    expect(logRange([0], [1, 2])).toEqual([1, 2]);
  });

  it("have ticks that a reader can count in", () => {
    const labels = (from: number, to: number) => logTicks(from, to).map(({ label }) => label);
    expect(labels(0.9, 11)).toEqual(["1", "2", "5", "10"]);
    expect(labels(1.05, 5.4)).toEqual(["2", "3", "4", "5"]);
    expect(labels(5e-7, 20)).toEqual(["10⁻⁶", "10⁻⁴", "0.01", "1"]);
    expect(labels(1e-16, 2).length).toBeLessThan(8);
  });
});
