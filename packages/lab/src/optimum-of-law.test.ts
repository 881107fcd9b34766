import { AssumptionError, isotropic, maxAbs } from "@onestep/core";
import { defineCovariates, noNoise, parsePromptLaw, promptLaw, promptMoments, singleIndexTarget } from "@onestep/data";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { optimalStep, stepSizeOf } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { optimumOfLaw } from "./optimum-of-law.ts";

const isotropicLaw = {
  contextLength: 6,
  dimension: 2,
  covariates: { law: "gaussian", covariance: 1 },
  target: { law: "linear", tasks: { law: "gaussian", covariance: 0.5 } },
  noise: { law: "gaussian", variance: 0.25 },
};

describe("optimumOfLaw", () => {
  it.each([
    ["Theorem 1 on an isotropic law", {}, true],
    ["the general Gaussian formula elsewhere", { covariates: { law: "gaussian", covariance: [2, 1] } }, false],
    ["the moments of a nonlinear target", { target: { law: "single-index", link: "relu" } }, false],
    ["the moments of tasks with a mean", { target: { law: "linear", tasks: { law: "gaussian", mean: 1 } } }, false],
    ["the moments of a query of its own", { query: { covariates: { law: "gaussian", covariance: 2 } } }, false],
  ])("is %s, and always the minimum of R(Γ)", (_, changes, isTheorem1) => {
    const law = parsePromptLaw({ ...isotropicLaw, ...changes });
    const optimum = optimumOfLaw(law);
    const best = optimalStep(promptMoments(law)).value;
    expectMatrixClose(optimum.preconditioner.value, best.preconditioner, 2 ** -40 * maxAbs(best.preconditioner));
    expectClose(optimum.loss, best.loss, 8 * Number.EPSILON * best.loss);
    expect(optimum.preconditioner.formula.length).toBeGreaterThan(0);
    expect(optimum.preconditioner.hypotheses.length).toBeGreaterThan(0);
    const { key, locator } = optimum.preconditioner.source;
    expect(`${key} ${locator}` === "mahankali-2023 Theorem 1").toBe(isTheorem1);
  });

  it("counts the variance of the tasks in units of the noise: η = 1/(n + d + 1 + σ²/ω²)", () => {
    const { preconditioner } = optimumOfLaw(parsePromptLaw(isotropicLaw));
    expectClose(stepSizeOf(preconditioner.value) ?? 0, 1 / (6 + 2 + 1 + 0.5), 4 * Number.EPSILON);
  });

  it("keeps the digits of a small minimum: at n = 10⁶ the difference E y² − tr(Γ*A) has lost half of them", () => {
    const law = parsePromptLaw({ ...isotropicLaw, contextLength: 1_000_000, noise: { law: "none" } });
    // Theorem 1 with ω² = ½: L* = ω²d(d + 1)/(n + d + 1)
    const exact = 3 / 1_000_003;
    expectClose(optimumOfLaw(law).loss, exact, 4 * Number.EPSILON * exact);
  });

  it("says whether the layer attains it, or only a step does", () => {
    const attained = (changes: object) => optimumOfLaw(parsePromptLaw({ ...isotropicLaw, ...changes })).attains;
    expect(attained({})).toBe("lsa-minimum");
    expect(attained({ target: { law: "single-index", link: "relu" } })).toBe("lsa-minimum");
    expect(attained({ target: { law: "linear", tasks: { law: "gaussian", mean: 1 } } })).toBe("best-step");
  });

  it("refuses a law that does not declare its moments", () => {
    const mute = defineCovariates({
      name: "mute",
      summary: "Rows that say nothing about their fourth moments.",
      parameters: {},
      covariance: ({ dimension }) => isotropic(dimension),
      declares: { centered: true, invariance: "none" },
      draw: () => () => {},
    });
    const law = promptLaw({
      contextLength: 3,
      covariates: mute({ dimension: 2 }),
      target: singleIndexTarget({ dimension: 2, link: "tanh" }),
      noise: noNoise(),
    });
    expect(() => optimumOfLaw(law)).toThrow(AssumptionError);
  });
});
