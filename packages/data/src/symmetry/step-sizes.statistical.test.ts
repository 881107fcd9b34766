import { childKey, randomKey, type Estimate } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { promptRows } from "./prompt-rows.ts";
import { estimateStepSizes } from "./step-sizes.ts";
import type { StepForm } from "./symmetry-report.ts";

const key = childKey(randomKey(seedForTests()), "step sizes");
const estimate = (parts: object, count: number): Record<StepForm, Estimate> => {
  const law = parsePromptLaw({ contextLength: 5, noise: { law: "gaussian", variance: 0.25 }, ...parts });
  return estimateStepSizes(promptRows(samplePrompts(law, { key, count })));
};
/** Covariates of size `unit` and tasks of size 1/unit: η* = 1/(n + d + 1 + σ²) in units of 1/unit². */
const scaled = (unit: number): object => ({
  covariates: { law: "gaussian", covariance: [unit * unit, unit * unit] },
  target: { law: "linear", tasks: { law: "gaussian", covariance: 1 / (unit * unit) } },
});

describe("estimateStepSizes", () => {
  it("finds η* of Theorem 1 in the units of the prompts", () => {
    const { value, standardError, count } = estimate(scaled(3), 20_000)["one-step"];
    const whole = { value: 9 * value, standardError: 9 * standardError, count };
    expectWithin(whole, 1 / 8.25);
    expectRejected(whole, 1.2 / 8.25);
  });

  it("finds η* of Theorem 2, with the error that Σ̂ adds", () => {
    const theorem2 = {
      covariates: { law: "gaussian", covariance: [1, 4] },
      target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0.25] } },
    };
    const whitened = estimate(theorem2, 20_000)["preconditioned-step"];
    expectWithin(whitened, 1 / 8.25);
    expectRejected(whitened, 1.2 / 8.25);
  });

  it("does not depend on the unit but for its square", () => {
    const [one, large] = [estimate(scaled(1), 100), estimate(scaled(1024), 100)];
    expect(large["one-step"].value * 2 ** 20).toBeCloseTo(one["one-step"].value, 10);
    expect(large["preconditioned-step"].value).toBeCloseTo(one["preconditioned-step"].value, 10);
  });

  it("is 0 where the covariates are", () => {
    const silent = parsePromptLaw({
      contextLength: 2,
      dimension: 1,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: { law: "none" },
    });
    const prompts = samplePrompts(silent, { key, count: 10 });
    const zeros = { ...prompts, covariates: new Float64Array(20), queryCovariates: new Float64Array(10) };
    expect(estimateStepSizes(promptRows(zeros))["one-step"]).toEqual({ value: 0, standardError: 0, count: 10 });
  });
});
