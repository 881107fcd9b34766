import { identity, isotropic, scale } from "@onestep/core";
import { gaussianLinearMoments, optimalStep } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { planTraining, type BudgetTolerances } from "./training-budget.ts";
import { tolerances } from "./trial-claims.ts";

function promptsFor(noiseVariance: number, changes: Partial<BudgetTolerances> = {}): number {
  const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance };
  const moments = gaussianLinearMoments(setting);
  return planTraining(moments, optimalStep(moments).value, { ...tolerances, ...changes }).promptsPerStep;
}

describe("planTraining", () => {
  it("draws more prompts for a noisier law, and never more than a laptop can", () => {
    const needed = [0.5, 2, 8, 32].map((noise) => promptsFor(noise));
    expect(needed).toEqual([...needed].sort((a, b) => a - b));
    expect(new Set(needed).size).toBe(4);
    expect(promptsFor(1e6)).toBe(6000);
  });

  it("draws at least 300 prompts a step, however easy the law", () => {
    expect(promptsFor(0, { distance: 1, offDiagonal: 1, leakage: 1 })).toBe(300);
  });

  it("halves the sampling error for four times the prompts", () => {
    const prompts = (factor: number): number =>
      promptsFor(2, {
        distance: factor * tolerances.distance,
        offDiagonal: factor * tolerances.offDiagonal,
        leakage: factor * tolerances.leakage,
      });
    const [coarse, fine] = [prompts(1.5), prompts(0.75)];
    expect(coarse).toBeGreaterThan(300);
    expect(fine).toBeLessThan(6000);
    // Both are rounded up to whole prompts.
    expect(Math.abs(fine - 4 * coarse)).toBeLessThanOrEqual(4);
  });

  it("takes the same number of steps for every law", () => {
    const moments = gaussianLinearMoments({
      contextLength: 3,
      covariates: isotropic(2),
      tasks: isotropic(2),
      noiseVariance: 9,
    });
    expect(planTraining(moments, optimalStep(moments).value, tolerances).steps).toBe(2000);
  });

  it("plans the least for a law on which the best step is none", () => {
    const moments = gaussianLinearMoments({
      contextLength: 3,
      covariates: isotropic(2),
      tasks: isotropic(2, 0),
      noiseVariance: 1,
    });
    const optimum = { preconditioner: scale(identity(2), 0), loss: 1 };
    expect(planTraining(moments, optimum, tolerances)).toEqual({
      steps: 2000,
      promptsPerStep: 300,
      neededPrompts: 600_000,
    });
  });
});
