import { isotropic, matrix } from "@onestep/core";
import { parsePromptLaw } from "@onestep/data";
import { describe, expect, it } from "vitest";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";

const gaussianLinear = {
  contextLength: 7,
  dimension: 2,
  covariates: {
    law: "gaussian",
    covariance: [
      [2, 0.5],
      [0.5, 1],
    ],
  },
  target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 3], mean: [0.5, -1] } },
  noise: { law: "gaussian", variance: 0.25 },
};

describe("gaussianLinearPopulation", () => {
  it("reads n, Σ, Ω, μ and σ² off a Gaussian linear law", () => {
    const population = gaussianLinearPopulation(parsePromptLaw(gaussianLinear));
    expect(population?.contextLength).toBe(7);
    expect(population?.covariates.matrix).toEqual(matrix(2, 2, [2, 0.5, 0.5, 1]));
    expect(population?.tasks.matrix).toEqual(matrix(2, 2, [1, 0, 0, 3]));
    expect([...(population?.taskMean ?? [])]).toEqual([0.5, -1]);
    expect(population?.noiseVariance).toBe(0.25);
  });

  it("knows the defaults: isotropic tasks of mean zero, and no noise", () => {
    const population = gaussianLinearPopulation(
      parsePromptLaw({
        ...gaussianLinear,
        target: { law: "linear", tasks: { law: "gaussian" } },
        noise: { law: "none" },
      }),
    );
    expect(population?.tasks.matrix).toEqual(isotropic(2).matrix);
    expect([...(population?.taskMean ?? [])]).toEqual([0, 0]);
    expect(population?.noiseVariance).toBe(0);
  });

  it.each([
    ["a nonlinear target", { target: { law: "single-index", link: "tanh" } }],
    ["a linear link, which is another law of tasks", { target: { law: "single-index", link: "identity" } }],
    ["a linear target under a random sign", { target: { law: "random-sign", of: gaussianLinear.target } }],
    ["a query with a law of its own", { query: { covariates: { law: "gaussian", covariance: 1 } } }],
  ])("is undefined for %s", (_, changes) => {
    expect(gaussianLinearPopulation(parsePromptLaw({ ...gaussianLinear, ...changes }))).toBeUndefined();
  });
});
