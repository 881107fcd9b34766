import { covariance, diagonal, inverseCovariance, isotropic } from "@onestep/core";
import { expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import {
  mergedFlow,
  mergedLimit,
  optimalDepth,
  optimalGdPlusPlus,
  optimalPreconditioner,
  optimalStepSize,
  plateauLosses,
  reluAttention,
  rotationInvariantStep,
  theorems,
  type Citation,
} from "./index.ts";

const isotropicLaw = { contextLength: 9, dimension: 3, noiseVariance: 0 };
const covariates = covariance(diagonal([2, 1, 1]));
const anisotropicLaw = { contextLength: 9, covariates, tasks: isotropic(3), noiseVariance: 0 };
const linear = { signalEnergy: 3, targetEnergy: 15, targetSecondMoment: 3 };

/** Each function of the list, called on a law that meets the hypotheses of its theorem. */
const passports: Readonly<Record<string, { computedBy: string; source: Citation }>> = {
  "mahankali-2023, Theorem 1": { computedBy: "optimalStepSize", ...optimalStepSize(isotropicLaw) },
  "mahankali-2023, Theorem 2": {
    computedBy: "optimalPreconditioner",
    ...optimalPreconditioner({ ...anisotropicLaw, tasks: inverseCovariance(covariates), noiseVariance: 0.5 }),
  },
  "mahankali-2023, Theorem 3": {
    computedBy: "rotationInvariantStep",
    ...rotationInvariantStep(linear, isotropicLaw),
  },
  "ahn-2023, Theorem 1": { computedBy: "optimalPreconditioner", ...optimalPreconditioner(anisotropicLaw) },
  "ahn-2023, Theorem 4": { computedBy: "optimalGdPlusPlus", ...optimalGdPlusPlus(isotropicLaw, 2) },
  "ahn-2023, Theorem 5": { computedBy: "reluAttention", ...reluAttention(isotropicLaw) },
  "zhang-2023, convergence of gradient flow": {
    computedBy: "mergedLimit",
    ...mergedLimit(optimalPreconditioner(anisotropicLaw).value, 0, 1),
  },
  "zhang-2025, merged key and query: a single abrupt drop": {
    computedBy: "mergedFlow",
    ...mergedFlow({ setting: isotropicLaw, initial: 0.001 }, [1]),
  },
  "zhang-2025, separate key and query: saddle to saddle": {
    computedBy: "plateauLosses",
    ...plateauLosses(anisotropicLaw),
  },
};

/** Statements that stand behind a function whose own formula is onestep's, or covers two of them. */
const background = [
  "ahn-2023, Theorem 2",
  "ahn-2023, Theorem 3",
  "xie-2025, heads on a non-zero prior mean",
  "palais-1979, principle of symmetric criticality",
];

describe("theorems", () => {
  const nameOf = ({ key, locator }: Citation): string => `${key}, ${locator}`;

  test("each names its function, and the function names it back on a law that meets its hypotheses", () => {
    const named = theorems.filter(({ source }) => !background.includes(nameOf(source)));
    expect(named.map(({ source, computedBy }) => [nameOf(source), computedBy])).toEqual(
      Object.entries(passports).map(([name, { computedBy }]) => [name, computedBy]),
    );
    for (const [name, { source }] of Object.entries(passports)) expect(nameOf(source)).toBe(name);
    expect(optimalDepth(isotropicLaw, 2).source).toEqual({ key: "ahn-2023", locator: "Theorems 2 and 3" });
  });

  test("each has a statement and hypotheses of its own", () => {
    for (const { statement, hypotheses } of theorems) {
      expect(statement).toMatch(/^[A-Z].*\.$/);
      expect(hypotheses.length).toBeGreaterThan(0);
      expect(new Set(hypotheses).size).toBe(hypotheses.length);
    }
    expect(new Set(theorems.map(({ statement }) => statement)).size).toBe(theorems.length);
  });

  test("the sizes that statements quote are those that are computed", () => {
    expect(optimalStepSize({ ...isotropicLaw, noiseVariance: 1 }).value).toBe(1 / (9 + 3 + 1 + 1));
    expect(reluAttention(isotropicLaw).value.stepSize).toBe(1 / ((9 - 1) / 2 + 3 + 2));
    // [(n+1)Σ + tr(Σ)I]⁻¹ with Σ = diag(2, 1, 1)
    const { value } = optimalPreconditioner(anisotropicLaw);
    expectMatrixClose(value, diagonal([1 / 24, 1 / 14, 1 / 14]), 1e-16);
  });
});
