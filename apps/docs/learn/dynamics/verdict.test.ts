import { describe, expect, it } from "vitest";

import { finalVerdict, passingVerdict, predictedVerdict } from "./verdict.ts";

const visit = (error: number) => ({ predicted: 1, error, isVisited: error <= 0.02 });

describe("what the page says of a training", () => {
  it("is what was predicted: heights, and times where they are known", () => {
    const facts = { plateaus: [], falls: [{ predicted: 3 }, {}], isConfirmed: false };
    expect(predictedVerdict(facts)).toMatch(/where the loss will pause\.$/);
    expect(predictedVerdict({ ...facts, falls: [{ predicted: 3 }] })).toMatch(/pause, and when it will fall\.$/);
  });

  it("is the plateaus it has visited, and the fall that is due", () => {
    const plateaus = [visit(0.01), { predicted: 0.5, isVisited: false }];
    expect(passingVerdict({ plateaus, falls: [{ predicted: 30 }], isConfirmed: false })).toBe(
      "1 of 2 plateaus visited so far. The next fall is due at t = 30.0.",
    );
    expect(passingVerdict({ plateaus, falls: [{ predicted: 30, seen: 31 }], isConfirmed: false })).toMatch(/so far\.$/);
  });

  it("is at the end how near it came, or what was wrong with the start", () => {
    const falls = [{ predicted: 10, seen: 10.5, error: 0.05 }];
    const plateaus = [visit(0.01), visit(0.002)];
    expect(finalVerdict({ plateaus, falls, isConfirmed: true })).toBe(
      "As predicted: each of the 2 plateaus was visited within 1.0 % of its height, and each fall came within 5.0 % of its time.",
    );
    expect(finalVerdict({ plateaus: [visit(0)], falls: [{ seen: 1 }], isConfirmed: true })).toMatch(
      /within 0\.010 % of its height\.$/,
    );
    expect(finalVerdict({ plateaus: [visit(0.01), visit(0.3)], falls, isConfirmed: false })).toMatch(
      /^1 of 2 .* start smaller/,
    );
    expect(finalVerdict({ plateaus, falls, isConfirmed: false })).toMatch(
      /^All plateaus .* not at the predicted times/,
    );
  });
});
