import { describe, expect, it } from "vitest";
import { appliesTo, conclude, type Costs } from "./conclude.ts";
import type { ExcessRiskRatio } from "./excess-risk-ratio.ts";
import type { AdjustedCondition } from "./symmetry-report.ts";

const between = (lower95: number, upper95: number): ExcessRiskRatio => ({
  lower95,
  estimate: (lower95 + upper95) / 2,
  upper95,
});
const costs = (one: ExcessRiskRatio, preconditioned: ExcessRiskRatio): Costs => ({
  "one-step": one,
  "preconditioned-step": preconditioned,
});
const [small, unclear, large] = [between(0, 0.008), between(0, 0.02), between(0.02, 0.04)];
const against = (...forms: AdjustedCondition["neededFor"][]): AdjustedCondition[] =>
  forms.map((neededFor) => ({ name: neededFor, neededFor, pValue: 1e-9, adjustedPValue: 1e-8 }));
const both = against("one-step", "preconditioned-step");

describe("conclude", () => {
  it.each([
    ["the simplest form that is close", costs(small, small), [], "one-step"],
    ["the one whose condition holds", costs(small, small), against("one-step"), "preconditioned-step"],
    ["the only one that is close", costs(large, small), [], "preconditioned-step"],
    ["nothing where the simpler one may be as close", costs(unclear, small), [], "undecided"],
    ["another where neither condition holds", costs(large, large), both, "general"],
    ["another however close the forms come", costs(small, small), both, "general"],
    ["another where the even part is to blame", costs(large, large), against("any-step"), "general"],
    ["nothing where a form may be far", costs(unclear, unclear), [], "undecided"],
    ["nothing where no condition agrees that a form is far", costs(large, large), against("one-step"), "undecided"],
  ])("finds %s", (_, known, conditions, conclusion) => {
    expect(conclude(undefined, conditions, { costs: known, tolerance: 0.01 })).toBe(conclusion);
  });

  it.each(["one-step", "preconditioned-step", "general"] as const)("takes the word of a law for %s", (conclusion) => {
    const declared = { conclusion, because: "of its moments", evenPartDecouples: true };
    expect(conclude(declared, both, { costs: costs(large, small), tolerance: 0.01 })).toBe(conclusion);
  });
});

describe("appliesTo", () => {
  const declared = { conclusion: "one-step", because: "of its moments", evenPartDecouples: true } as const;
  it.each([
    ["a form that the law proves", "one-step", declared, costs(small, small), "exactly"],
    ["a form that prompts establish", "one-step", undefined, costs(small, small), "approximately"],
    ["a general optimum that a form comes near", "general", undefined, costs(large, small), "approximately"],
    ["one that both are far from", "general", undefined, costs(large, large), "no"],
    ["one that a form may be near", "general", undefined, costs(large, unclear), "undecided"],
    ["nothing concluded", "undecided", undefined, costs(unclear, unclear), "undecided"],
  ] as const)("answers for %s", (_, conclusion, known, price, answer) => {
    expect(appliesTo(conclusion, known, { costs: price, tolerance: 0.01 })).toBe(answer);
  });
});
