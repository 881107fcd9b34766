import { describe, expect, it } from "vitest";
import type { Costs } from "./conclude.ts";
import { promptsThatDecide } from "./prompts-that-decide.ts";
import type { AdjustedCondition } from "./symmetry-report.ts";

const costs = (lower95: number, upper95: number): Costs => {
  const large = { lower95: 0.02, estimate: 0.03, upper95: 0.04 };
  return {
    "one-step": { lower95, estimate: (lower95 + upper95) / 2, upper95 },
    "preconditioned-step": large,
  };
};
const doubt = (neededFor: AdjustedCondition["neededFor"], adjustedPValue: number): AdjustedCondition => ({
  name: neededFor,
  neededFor,
  pValue: adjustedPValue,
  adjustedPValue,
});
const decide = (known: Costs, conditions: AdjustedCondition[], dimension = 2, count = 1000): number =>
  promptsThatDecide(conditions, { costs: known, tolerance: 0.01 }, { count, dimension });

describe("promptsThatDecide", () => {
  it("scales the upper limit to the tolerance", () => {
    expect(decide(costs(0, 0.03), [])).toBe(6000); // 2·1000·3: a form that may cost nothing, 1/P
    expect(decide(costs(0.002, 0.025), [])).toBe(20_000); // 2·1000·2.5² = 12,500: one that costs something, 1/√P
  });

  it("asks for what the fits need at least: 2·3.28·√12/0.01 for the 12 coefficients of d = 2", () => {
    expect(decide(costs(0, 0.02), [], 2, 10)).toBe(3000);
    expect(decide(costs(0, 0.02), [], 20, 10)).toBe(50_000);
  });

  it("scales the score of the least doubted form to a contradiction", () => {
    const one = doubt("one-step", 1e-9);
    // p = 0.0228 is two standard deviations, p = 0.001 is 3.09: 2·1000·(3.09/2)² = 4775
    expect(decide(costs(0.02, 0.04), [one, doubt("preconditioned-step", 0.02275)])).toBe(5000);
    expect(decide(costs(0.02, 0.04), [doubt("any-step", 0.02275)])).toBe(5000);
    expect(decide(costs(0.02, 0.04), [one, doubt("preconditioned-step", 0.9)])).toBe(1e9);
  });

  it("ends at a billion where nothing is cheap and nothing in doubt", () => {
    expect(decide(costs(0.02, 0.03), [])).toBe(1e9);
  });
});
