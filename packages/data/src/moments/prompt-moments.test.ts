import { AssumptionError, covariance, isotropic, NumericalError, toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { defineCovariates } from "../define/define-covariates.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { noNoise } from "../noise/none.ts";
import { promptLaw } from "../prompt/prompt-law.ts";
import { linearTarget } from "../targets/linear.ts";
import { singleIndexTarget } from "../targets/single-index.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { TargetLaw } from "../define/define-target.ts";
import { promptMoments } from "./prompt-moments.ts";

/** Two covariates of N(0, 1) whose law declares nothing. */
const silentCovariates = defineCovariates({
  name: "silent",
  summary: "Gaussian, but nothing is declared.",
  parameters: {},
  covariance: ({ dimension }) => isotropic(dimension),
  declares: { centered: true, invariance: "none" },
  draw: () => (stream, count, into, offset) => stream.fillNormals(into, offset, 2 * count),
});

describe("promptMoments", () => {
  it("has the textbook value in one dimension: x, w ~ N(0, 1), σ² = ½, n = 3", () => {
    const moments = promptMoments(
      parsePromptLaw({
        contextLength: 3,
        dimension: 1,
        covariates: { law: "gaussian" },
        target: { law: "linear", tasks: { law: "gaussian" } },
        noise: { law: "gaussian", variance: 0.5 },
      }),
    );
    // A = n E w² = 3; B = n (E w²x⁴ + σ²) + n(n−1) = 3·3.5 + 6.
    expect(toRows(moments.crossMoment)).toEqual([[3]]);
    expect(moments.strata.map(({ probability }) => probability)).toEqual([1]);
    expect(toRows(moments.strata[0].stepMoment)).toEqual([[16.5]]);
    expect(toRows(moments.strata[0].querySecondMoment)).toEqual([[1]]);
    expect(moments).toMatchObject({ contextLength: 3, dimension: 1, responseSecondMoment: 1.5 });
  });

  it.each([
    ["linear, centred tasks", { law: "linear", tasks: { law: "gaussian" } }, "proved"],
    ["linear, tasks with a mean", { law: "linear", tasks: { law: "gaussian", mean: 1 } }, "not known"],
    [
      "the same with a random sign",
      { law: "random-sign", of: { law: "linear", tasks: { law: "gaussian", mean: 1 } } },
      "proved",
    ],
    ["an odd link", { law: "single-index", link: "tanh" }, "proved"],
    ["a link of no parity: x ↦ −x does it", { law: "single-index", link: "relu" }, "proved"],
    ["the same, whitened", { law: "single-index", link: "relu", whiten: true }, "proved"],
  ])("says whether the even part decouples: %s", (_, target, expected) => {
    const file = {
      contextLength: 2,
      covariates: { law: "gaussian", covariance: [1, 2] },
      target,
      noise: { law: "none" },
    };
    expect(promptMoments(parsePromptLaw(file)).evenPartDecouples).toBe(expected);
  });

  it("claims no symmetry that the covariates do not declare", () => {
    const gaussian = gaussianCovariates({ dimension: 2 });
    const reticent: CovariateLaw = { ...gaussian, declares: { centered: true, invariance: "none" } };
    const decouples = (covariates: CovariateLaw, target: TargetLaw): string =>
      promptMoments(promptLaw({ contextLength: 2, covariates, target, noise: noNoise() })).evenPartDecouples;

    const biased = linearTarget({ tasks: gaussianTasks({ dimension: 2, mean: 1 }) });
    expect(decouples(gaussian, biased)).toBe("not known");
    expect(decouples(reticent, singleIndexTarget({ dimension: 2, link: "sin" }))).toBe("proved");
    expect(decouples(reticent, singleIndexTarget({ dimension: 2, link: "relu" }))).toBe("not known");
  });

  it("refuses what a law does not declare, and names it", () => {
    const parts = { contextLength: 2, covariates: silentCovariates({ dimension: 2 }), noise: noNoise() };
    const linear = promptLaw({ ...parts, target: linearTarget({ tasks: gaussianTasks({ dimension: 2 }) }) });
    expect(() => promptMoments(linear)).toThrow(AssumptionError);
    expect(() => promptMoments(linear)).toThrow(/fourth moment .* got silent covariates/);
    const nonlinear = promptLaw({ ...parts, target: singleIndexTarget({ dimension: 2, link: "relu" }) });
    expect(() => promptMoments(nonlinear)).toThrow(/Gaussian covariates .* got silent covariates/);
  });

  it("refuses a single-index query whose variance does not follow the context's", () => {
    const law = parsePromptLaw({
      contextLength: 2,
      covariates: { law: "gaussian", covariance: [1, 2, 5] },
      target: { law: "single-index", link: "relu" },
      noise: { law: "none" },
      query: { covariates: { law: "gaussian", covariance: [2, 1, 3] } },
    });
    expect(() => promptMoments(law)).toThrow(AssumptionError);
    expect(() => promptMoments(law)).toThrow(/a query covariance of the form αI \+ βΣ/);
  });

  it("refuses moments that overflow instead of passing on infinities", () => {
    const law = promptLaw({
      contextLength: 2,
      covariates: gaussianCovariates({ dimension: 1, covariance: 1e110 }),
      target: singleIndexTarget({ dimension: 1, link: "cube" }),
      noise: noNoise(),
    });
    expect(() => promptMoments(law)).toThrow(NumericalError);
  });

  it("gives symmetric second moments", () => {
    const law = parsePromptLaw({
      contextLength: 2,
      covariates: {
        law: "gaussian",
        covariance: [
          [2, 0.5],
          [0.5, 1],
        ],
      },
      target: { law: "single-index", link: "softplus" },
      noise: { law: "none" },
    });
    expect(covariance(promptMoments(law).strata[0].stepMoment).rank).toBe(2);
  });
});
