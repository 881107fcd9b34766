import { matrix, solve } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { coalescenceThreshold } from "./coalescence.ts";
import { optimalDepth } from "./optimal-depth.ts";

describe("coalescenceThreshold", () => {
  test("in one dimension two layers meet at 2 − 3/n, as far as n leaves digits, and no farther", () => {
    const threshold = (contextLength: number): number => coalescenceThreshold({ contextLength, dimension: 1 }, 2).value;
    for (const n of [1e3, 1e4, 1e6, 1e8]) expectClose(threshold(n), 2 - 3 / n, 21 / n ** 2 + 5e-15 * n);
    expect(() => threshold(1e9)).toThrowError("a context of at most 100000000 pairs");
  });

  test("the known thresholds for two and three layers", () => {
    const known: [number, number, number, number][] = [
      [20, 5, 4.249, 1.986],
      [10, 5, 3.492, 1.861],
      [5, 10, 3.492, 1.861],
      [40, 10, 7.824, 3.401],
      [8, 8, 3.973, 2.174],
      [100, 10, 9.348, 2.97],
    ];
    for (const [contextLength, dimension, two, three] of known) {
      expectClose(coalescenceThreshold({ contextLength, dimension }, 2).value, two, 5.1e-4);
      expectClose(coalescenceThreshold({ contextLength, dimension }, 3).value, three, 5.1e-4);
    }
  });

  test("for two layers it is where the discriminant of the best quadratic vanishes", () => {
    const [n, d] = [12, 4];
    const noiseVariance = coalescenceThreshold({ contextLength: n, dimension: d }, 2).value;
    const M = wishartTraceMoments({ contextLength: n, dimension: d, order: 4 }).value.map(
      (moment, k) => Number(moment) / n ** k,
    );
    const s = noiseVariance / n;
    const c = solve(
      matrix(2, 2, [M[2] + s * M[1], M[3] + s * M[2], M[3] + s * M[2], M[4] + s * M[3]]),
      matrix(2, 1, [M[1], M[2]]),
    ).values;
    // q = 1 − c₀u − c₁u²
    expectClose(c[0] ** 2 + 4 * c[1], 0, 1e-9);
  });

  test("below it two steps differ and attain the polynomial, above they are equal and do not; it scales with ω²", () => {
    const sizes = { contextLength: 10, dimension: 5 };
    const threshold = coalescenceThreshold(sizes, 2).value;
    const below = optimalDepth({ ...sizes, noiseVariance: 0.99 * threshold }, 2).value;
    const above = optimalDepth({ ...sizes, noiseVariance: 1.01 * threshold }, 2).value;
    expect(below.stepSizes[1] / below.stepSizes[0]).toBeGreaterThan(1.05);
    expect(below.loss).toBe(below.bestPolynomialLoss);
    expect(above.stepSizes[1] / above.stepSizes[0]).toBeCloseTo(1, 10);
    expect(above.loss).toBeGreaterThan(above.bestPolynomialLoss);
    expectClose(coalescenceThreshold({ ...sizes, taskVariance: 3 }, 2).value, 3 * threshold, 1e-9);
    expect(() => coalescenceThreshold(sizes, 1)).toThrowError(/two layers/);
  });

  test("above it a pair of roots of the best polynomial leaves the real line, below it none, for up to eight layers", () => {
    const sizes = { contextLength: 7, dimension: 3, taskVariance: 0.5 };
    for (const layers of [2, 3, 4, 5, 8]) {
      const threshold = coalescenceThreshold(sizes, layers).value;
      const at = (noiseVariance: number) => optimalDepth({ ...sizes, noiseVariance }, layers).value;
      const [below, above] = [at(threshold * (1 - 1e-6)), at(threshold * (1 + 1e-3))];
      expect(below.loss).toBe(below.bestPolynomialLoss);
      expect(new Set(below.stepSizes).size).toBe(layers);
      expect(above.loss).toBeGreaterThanOrEqual(above.bestPolynomialLoss);
      expect(new Set(above.stepSizes).size).toBeLessThan(layers);
    }
  });

  test("needs two layers and a signal, and a threshold that doubles can hold", () => {
    const sizes = { contextLength: 7, dimension: 3 };
    expect(() => coalescenceThreshold({ ...sizes, taskVariance: 0 }, 2)).toThrowError(/task variance above 0/);
    expect(() => coalescenceThreshold({ ...sizes, contextLength: 0 }, 2)).toThrowError(/context length, at least 1/);
    expect(() => coalescenceThreshold(sizes, 1)).toThrowError(/at least 2.*two layers for their steps to coalesce/);
    expect(() => coalescenceThreshold({ ...sizes, taskVariance: 1e308 }, 2)).toThrowError(/threshold within the range/);
    expect(() => optimalDepth({ ...sizes, noiseVariance: 1 }, 0)).toThrowError(
      /at least 1.*a model has at least one layer/,
    );
  });
});
