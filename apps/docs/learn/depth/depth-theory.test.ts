import { coalescenceThreshold, optimalDepth, optimalGdPlusPlus, wishartSpectrum } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import { theoryOf } from "./depth-theory.ts";
import { filterCurve, gdPlusPlusFilter, ridgeFilter, stepsFilter } from "./filter.ts";

const setting = { contextLength: 20, dimension: 5, noiseVariance: 1, layers: 2 };
const theory = theoryOf(setting);

/** σ² + E Σ q² + λ(1 − q)²/u, as the page states it. */
function lossOf(filter: (u: number) => number): number {
  const { contextLength, dimension, noiseVariance } = setting;
  const { eigenvalues, weights } = wishartSpectrum({ contextLength, dimension }, 40);
  const ridge = noiseVariance / contextLength;
  return eigenvalues.reduce((sum, s, k) => {
    const u = s / contextLength;
    return sum + weights[k] * (filter(u) ** 2 + (ridge / u) * (1 - filter(u)) ** 2);
  }, noiseVariance);
}

describe("the theory of the page", () => {
  it("is that of @onestep/theory", () => {
    expect(theory.own).toHaveLength(6);
    expect(theory.own[2]).toEqual(optimalDepth(setting, 3).value);
    expect(theory.gdPlusPlus![1].loss).toBe(optimalGdPlusPlus(setting, 2).value.loss);
    expect(theory.sweep.threshold).toBe(coalescenceThreshold(setting, 2).value);
  });

  it("has filters whose losses are those that theory has", () => {
    const { own, shared, gdPlusPlus, bayes } = theory;
    expect(lossOf((u) => stepsFilter(own[1].stepSizes, u))).toBeCloseTo(own[1].loss, 10);
    expect(lossOf((u) => stepsFilter(shared[2].stepSizes, u))).toBeCloseTo(shared[2].loss, 10);
    expect(lossOf((u) => gdPlusPlusFilter(gdPlusPlus![2], u))).toBeCloseTo(gdPlusPlus![2].loss, 9);
    expect(lossOf((u) => ridgeFilter(1 / 20, u))).toBeCloseTo(bayes, 10);
  });

  it("sees the steps part below the threshold, and equal above it", () => {
    const { threshold, points } = theory.sweep;
    for (const { noiseVariance, stepSizes } of points) {
      const apart = stepSizes[1] - stepSizes[0];
      if (noiseVariance < threshold! * 0.9999) expect(apart, String(noiseVariance)).toBeGreaterThan(1e-3);
      if (noiseVariance > threshold! * 1.0001) expect(apart, String(noiseVariance)).toBe(0);
    }
  });

  it("draws a density that is 1 where it is highest and small at both ends", () => {
    const heights = theory.density.map(([, height]) => height);
    expect(Math.max(...heights)).toBe(1);
    expect(heights[0]).toBeLessThan(0.01);
    expect(heights[heights.length - 1]).toBeLessThan(0.01);
  });
});

it("a filter leaves what no context shows, and is zero at one over each step", () => {
  const curve = filterCurve((u) => stepsFilter([0.5, 2], u), 2.4);
  expect(curve[0]).toEqual([0, 1]);
  expect(curve[curve.length - 1][0]).toBe(2.4);
  expect(stepsFilter([0.5, 2], 0.5)).toBe(0);
  expect(ridgeFilter(0, 0)).toBe(1);
  expect(ridgeFilter(0, 0.1)).toBe(0);
});
