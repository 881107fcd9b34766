import { expectClose } from "@onestep/testkit";
import { optimalStepLoss, optimalStepSize } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { alignedOptimum } from "./aligned-contexts.ts";

const sizes = { contextLength: 7, dimension: 4, noiseVariance: 0.5 };

describe("the best step on aligned contexts", () => {
  it("is Theorem 1's where nothing is aligned", () => {
    const { stepSize, loss } = alignedOptimum({ ...sizes, alignment: 0 });
    expectClose(stepSize, optimalStepSize(sizes).value, 1e-15);
    expectClose(loss, optimalStepLoss(sizes).value, 1e-14);
  });

  it("is that of S = n x_q x_qᵀ where all examples are the query", () => {
    // R = n E‖x‖⁴ = 7 · 24 and E‖S x‖² = n² E‖x‖⁶ = 49 · 192
    const { stepSize } = alignedOptimum({ ...sizes, noiseVariance: 0, alignment: 1 });
    expect(stepSize).toBe((7 * 24) / (49 * 192));
  });

  it("has a lower loss the more is aligned", () => {
    const losses = [0, 0.3, 0.6, 0.9].map((alignment) => alignedOptimum({ ...sizes, alignment }).loss);
    expect(losses).toEqual([...losses].sort((one, other) => other - one));
  });
});
