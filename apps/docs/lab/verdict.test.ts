import { runTraining, type TrainingReport } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { DEFAULT_LAW, wholeConfig } from "./lab-setting.ts";
import { certificateOf, slowerLevels, theoryOf } from "./lab-theory.ts";
import { starOf, toleranceOf, verdictOf } from "./verdict.ts";

const config = wholeConfig({ law: DEFAULT_LAW });
const theory = theoryOf(config);

describe("what theory knows before the training", () => {
  it("is Theorem 1 at the default", () => {
    expect(theory.optimum?.stepSize).toBeCloseTo(1 / 26, 14);
    expect(theory.optimum?.loss).toBeCloseTo(5 - 100 / 26, 13);
    expect(theory.form?.because).toContain("Theorem 1");
    expect(starOf(theory)).toBe("η*I");
    // Predicting 0 costs E y² = 5; the best step of gradient descent is the optimum itself.
    expect(theory.levels.map(({ loss }) => loss)).toEqual([5, expect.closeTo(5 - 100 / 26, 12)]);
  });

  it("has the losses of other learners, the Bayes risk the least of them", () => {
    const noisy = wholeConfig({ law: { ...DEFAULT_LAW, noise: { law: "gaussian", variance: 0.25 } } });
    const levels = slowerLevels(noisy);
    expect(levels.map(({ name }) => name)).toEqual([
      "least squares",
      "ridge, λ = σ²",
      "Bayes, the best of all learners",
    ]);
    // σ²(1 + d/(n − d − 1)); with Ω = I the best ridge is Bayes.
    expect(levels[0].loss).toBeCloseTo(0.25 * (1 + 5 / 14), 12);
    expect(levels[1].loss).toBeCloseTo(levels[2].loss, 6);
    expect(levels[2].loss).toBeLessThan(levels[0].loss);
  });

  it("is a certificate where no theorem names the optimum", () => {
    const skewed = wholeConfig({
      law: { ...DEFAULT_LAW, dimension: 2, target: { law: "linear", tasks: { law: "skewed", skewness: 1.5 } } },
    });
    const known = theoryOf(skewed);
    expect(known.optimum).toBeUndefined();
    const certificate = certificateOf(skewed);
    expect(certificate.length).toBeGreaterThan(0);
    const verdict = verdictOf({ ...known, certificate }, { step: 0 });
    expect(verdict.outcome).toBe("no theory");
    expect(verdict.text).toContain(certificate[0]);
  });
});

describe("the verdict", () => {
  it("waits for theory, then for the first step", () => {
    expect(verdictOf(undefined, { step: 0 }).outcome).toBe("not begun");
    expect(verdictOf(theory, { step: 0 }).text).toContain("L* = 1.154");
  });

  it("is by the distance of Γ, within 1 % or what sampling leaves", () => {
    expect(verdictOf(theory, { step: 9, distance: 0.0101 }).outcome).toBe("not yet");
    expect(verdictOf(theory, { step: 9, distance: 0.0099 })).toEqual({
      outcome: "supported",
      text: "Supported: Γ is within 0.99 % of η*I.",
    });
    expect(toleranceOf({ plannedDistance: 0.02 })).toBe(0.03);
    const sampled = verdictOf({ ...theory, plannedDistance: 0.02 }, { step: 9, distance: 0.025 });
    expect(sampled.outcome).toBe("supported");
    expect(sampled.text).toContain("they leave about 2.0 %");
  });

  it("is by the loss of the finished run where there is no Γ*", () => {
    const { optimum } = theoryOf(wholeConfig({ law: DEFAULT_LAW, model: { layers: 2, family: "sparse" } }));
    const report = (excess: number, standardError = 0): TrainingReport =>
      ({ loss: optimum!.loss * (1 + excess), standardError }) as TrainingReport;
    const judgedBy = (attains: "minimum" | "best-known") => (excess: number, standardError?: number) =>
      verdictOf({ optimum: { ...optimum!, attains }, levels: [] }, { step: 9, report: report(excess, standardError) })
        .outcome;
    const judged = judgedBy("minimum");
    expect(verdictOf({ optimum: optimum!, levels: [] }, { step: 9 }).outcome).toBe("not yet");
    expect(judged(0.01)).toBe("supported");
    expect(judged(0.1)).toBe("not yet");
    expect(judged(-0.1)).toBe("contradicted");
    expect(judged(-0.1, 0.1)).toBe("undecided");
    // What is better than the best that is known contradicts nobody.
    expect(judgedBy("best-known")(-0.1)).toBe("supported");
    expect(judgedBy("best-known")(0.1)).toBe("not yet");
  });

  it("is reached by the default training", async () => {
    const { distance } = await runTraining(config);
    expect(verdictOf(theory, { step: 600, distance }).outcome).toBe("supported");
  });
});
