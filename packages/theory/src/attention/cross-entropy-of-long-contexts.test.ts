import { compositeGaussLegendre, normalDensity } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { crossEntropyStep } from "./cross-entropy.ts";

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

describe("crossEntropyStep", () => {
  test("the longest contexts have the limits in which only the labels next to the boundary, or only flips, cost anything", () => {
    const minimum = (loss: (rate: number) => number): number => {
      let [low, high] = [0.1, 10];
      while (high - low > 1e-7) {
        const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
        if (loss(left) < loss(right)) high = right;
        else low = left;
      }
      return loss(low);
    };
    const line = compositeGaussLegendre([0, 0.5, 1, 2, 4, 8, 16, 32, 60], 16);
    const over = (f: (s: number) => number): number =>
      line.nodes.reduce((sum, s, i) => sum + line.weights[i] * f(s), 0);
    // d = 3: √n times the loss is E ∫₀^∞ softplus(−γ(s + P)) ds, P Laplace: given s + P = v, of mass 1 − e^{−v}/2 or e^{v}/2.
    const boundary = minimum((rate) =>
      over((v) => softplus(-rate * v) * (1 - Math.exp(-v) / 2) + softplus(rate * v) * (Math.exp(-v) / 2)),
    );
    const flips = minimum((rate) =>
      over((z) => 2 * normalDensity(z) * (0.9 * softplus(-rate * z) + 0.1 * softplus(rate * z))),
    );
    for (const contextLength of [1e6, 1e9]) {
      const { loss } = crossEntropyStep({ contextLength, dimension: 3 }).value;
      expectClose(loss * Math.sqrt(contextLength), boundary, 3 / contextLength + 1e-10);
    }
    const flipped = crossEntropyStep({ contextLength: 1e9, dimension: 3, flipProbability: 0.1 }).value;
    expectClose(flipped.loss, flips, 1e-8);
  });

  test("long contexts classify, flipped labels hold back, one dimension is separable", () => {
    const plain = crossEntropyStep({ contextLength: 8, dimension: 3 }).value;
    const longer = crossEntropyStep({ contextLength: 64, dimension: 3 }).value;
    const flipped = crossEntropyStep({ contextLength: 8, dimension: 3, flipProbability: 0.2 }).value;
    expect(longer.loss).toBeLessThan(plain.loss);
    expect(flipped.loss).toBeGreaterThan(plain.loss);
    expect(flipped.stepSize).toBeLessThan(plain.stepSize);
    expect(flipped.loss).toBeLessThan(Math.LN2);
    expect(() => crossEntropyStep({ contextLength: 8, dimension: 1 })).toThrowError(/one dimension/);
    expect(() => crossEntropyStep({ contextLength: 8, dimension: 2, flipProbability: 0.5 })).toThrowError(/below 1\/2/);
  });
});
