import { promptMoments } from "@onestep/data";
import { checkLaw, optimumOfLaw } from "@onestep/lab";
import { optimalStepLoss, optimalStepSize } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import { promptsOf } from "./drawn-law.ts";
import { heightsOf, LINK_NAMES, type LinkChoice } from "./link-choice.ts";
import { DEFAULT_SETTING, lossCurve, LONGEST_CONTEXT, predictionOf, unitStep } from "./nonlinear-setting.ts";
import { lawToCheck, type Symmetry } from "./symmetry.ts";

describe("what theory says on the page", () => {
  it("of the identity, drawn or named, is Theorem 1 with tasks of variance 1/d", () => {
    const linear = { contextLength: 10, dimension: 3, noiseVariance: 0.25, taskVariance: 1 / 3 };
    for (const link of ["identity", heightsOf("identity")] as const) {
      const { stepSize, loss, floor } = predictionOf({ ...linear, link });
      expect(stepSize).toBeCloseTo(optimalStepSize(linear).value, 13);
      expect(stepSize).toBeCloseTo(1 / (10 + 3 + 1 + 0.25 * 3), 13);
      expect(loss).toBeCloseTo(optimalStepLoss(linear).value, 12);
      expect(floor).toBeCloseTo(0.25, 12);
    }
  });

  it("is what the recipe thm3-nonlinear publishes", () => {
    const recipe = { contextLength: 20, dimension: 5, noiseVariance: 0 };
    expect(predictionOf({ ...recipe, link: "sign" }).stepSize).toBeCloseTo(0.037238, 6);
    expect(predictionOf({ ...recipe, link: "sign" }).loss).toBeCloseTo(0.52587, 5);
    expect(predictionOf({ ...recipe, link: "relu" }).stepSize).toBeCloseTo(1 / 33, 14);
  });

  it("of an even link is silence", () => {
    for (const link of ["abs", "quadratic", heightsOf("abs")] as const) {
      const setting = { ...DEFAULT_SETTING, link, noiseVariance: 0.1 };
      const { stepSize, loss, floor, silence, signal } = predictionOf(setting);
      expect(stepSize).toBeCloseTo(0, 25);
      expect(signal).toBeCloseTo(0, 25);
      expect([loss, floor]).toEqual([silence, silence]);
      expect(unitStep({ ...setting, link: "abs" })).toBeCloseTo(1 / (10 + 2 + 1 + 0.2), 14);
    }
  });

  it.each(LINK_NAMES)("of %s is the optimum of the law that is trained", (link) => {
    const setting = { ...DEFAULT_SETTING, link, dimension: 3, noiseVariance: 0.1 };
    const law = promptsOf(lawToCheck(setting, "gaussian"));
    const { preconditioner, loss } = optimumOfLaw(law, promptMoments(law));
    const { stepSize, loss: least } = predictionOf(setting);
    expect(preconditioner.value.values[0]).toBeCloseTo(stepSize, 12);
    expect(Math.abs(loss / least - 1)).toBeLessThan(1e-11);
  });

  it("falls to its floor with the context", () => {
    for (const link of ["tanh", "relu", "cube"] as const) {
      const setting = { ...DEFAULT_SETTING, link };
      const { floor, silence } = predictionOf(setting);
      const losses = lossCurve(setting);
      losses.slice(1).forEach(([, loss], i) => expect(loss).toBeLessThan(losses[i][1]));
      const [longest, last] = losses[losses.length - 1];
      expect(longest).toBe(LONGEST_CONTEXT);
      expect(last).toBeGreaterThan(floor);
      expect(last - floor).toBeLessThan(0.02 * silence);
    }
  });
});

describe("the certificate of the page", () => {
  const verdictOf = (link: LinkChoice, symmetry: Symmetry): string => {
    const law = promptsOf(lawToCheck({ ...DEFAULT_SETTING, link }, symmetry));
    const { conclusion, applies } = checkLaw(law, { seed: 0, prompts: 1000 });
    return `${conclusion}, ${applies}`;
  };

  it("follows the symmetry of the covariates, for a link with a name and for one that is drawn", () => {
    expect(verdictOf("tanh", "laplace")).toBe("one-step, exactly");
    expect(verdictOf("tanh", "uneven")).toBe("general, no");
    expect(verdictOf(heightsOf("tanh"), "uneven")).toBe("general, no");
    expect(verdictOf(heightsOf("relu"), "gaussian")).toBe("one-step, exactly");
    // The exact moments of a drawn link are those of the link that was traced.
    const named = lawToCheck({ ...DEFAULT_SETTING, link: "relu" }, "uneven");
    const traced = lawToCheck({ ...DEFAULT_SETTING, link: heightsOf("relu") }, "uneven");
    const [a, b] = [named, traced].map((law) => optimumOfLaw(promptsOf(law)).loss);
    expect(a).toBeCloseTo(b, 11);
  });
});
