import type { JudgedClaim } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { countsText, numberText, observedText, toleranceText, verdictText } from "./claim-text.ts";

const claim: JudgedClaim = {
  name: "step size",
  relation: "within",
  predicted: 0.0385,
  observed: 0.03846153,
  standardError: 0.0000512,
  tolerance: 0.0007692,
  source: { key: "mahankali-2023", locator: "Theorem 1" },
  verdict: "supported",
};

describe("numbers of claims", () => {
  it("have few digits, a true minus sign, and powers of ten that people read", () => {
    expect(numberText(0)).toBe("0");
    expect(numberText(-0.0384615384)).toBe("−0.038462");
    expect(numberText(0.0000123456)).toBe("1.23·10⁻⁵");
    expect(numberText(-2.5e10)).toBe("−2.5·10¹⁰");
    expect(numberText(120_000)).toBe("120000");
  });

  it("stand with their error, unless they are exact", () => {
    expect(observedText(claim)).toBe("0.038462 ± 5.1·10⁻⁵");
    expect(observedText({ ...claim, standardError: 0 })).toBe("0.038462");
  });

  it("say where they must be", () => {
    expect(toleranceText(claim)).toBe("within 0.000769");
    expect(toleranceText({ ...claim, relation: "estimates" })).toBe("within 4 errors, 0.0002");
    expect(toleranceText({ ...claim, relation: "above" })).toBe("above by 0.000769");
    expect(toleranceText({ ...claim, relation: "below", tolerance: 0 })).toBe("below");
  });
});

it("a verdict has its sign, and says what would decide where noise does not let it", () => {
  expect(verdictText(claim)).toBe("✓ supported");
  expect(verdictText({ ...claim, verdict: "undecided" })).toBe("? undecided");
  expect(verdictText({ ...claim, verdict: "undecided", drawsToDecide: 4.04 })).toBe(
    "? undecided: about 4 times the draws would decide",
  );
});

it("counts name what is not supported, if anything", () => {
  expect(countsText({ supported: 3, contradicted: 0, undecided: 0 })).toBe("3 of 3 claims supported");
  expect(countsText({ supported: 3, contradicted: 1, undecided: 2 })).toBe(
    "3 of 6 claims supported, 1 contradicted, 2 undecided",
  );
});
