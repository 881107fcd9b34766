import { describe, expect, it } from "vitest";

import { goldenCase, goldenCases, goldenQuantities } from "./golden-cases.ts";
import { lawFileOfGolden, reasonWithoutLawFile } from "./law-file.ts";

const lawFile = (id: string) => lawFileOfGolden(goldenCase(id));

describe("the law file of a golden case", () => {
  it("renames Sigma to covariance, Omega to the tasks' covariance, mu to their mean", () => {
    expect(lawFile("nonzero_mean_prior_d3_n5")).toEqual({
      contextLength: 5,
      dimension: 3,
      covariates: {
        law: "gaussian",
        covariance: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
      target: {
        law: "linear",
        tasks: {
          law: "gaussian",
          covariance: [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ],
          mean: [1, 0, 0],
        },
      },
      noise: { law: "gaussian", variance: 0.3 },
    });
  });

  it("writes no noise as the law none", () => {
    expect(lawFile("iso_d5_n20_s0/summary")?.noise).toEqual({ law: "none" });
  });

  it.each([
    ["rademacher_d4_n6_aniso_prior", { law: "rademacher" }],
    ["uniform_d3_n8_iso", { law: "uniform" }],
    ["sphere_sqrtd_d5_n7", { law: "sphere" }],
    ["ar1_rows_rho0.7_d4_n6", { law: "gaussian-ar1", correlation: 0.7, covariance: 1 }],
  ])("translates the covariates of %s", (id, covariates) => {
    expect(lawFile(id)?.covariates).toEqual(covariates);
  });

  it.each([
    ["laplace_mixedframe_d3_n6", "laplace", ["mixing"]],
    ["student12_elliptical_d3_n10", "student", ["covariance", "degreesOfFreedom"]],
    ["gauss_mixture_rows_d2_n5", "mixture", ["covariances", "means", "weights"]],
    ["prompt_cov_mixture_d2_n6", "gaussian-prompt-mixture", ["covariances", "weights"]],
  ])("gives the covariates of %s their parameters", (id, name, parameters) => {
    const { law, ...rest } = lawFile(id)!.covariates;
    expect(law).toBe(name);
    expect(Object.keys(rest).sort()).toEqual(parameters);
    expect(Object.values(rest)).not.toContain(undefined);
  });

  it.each([
    ["single_index_relu_d5_n10", { law: "single-index", link: "relu", amplitude: 1 }],
    ["single_index_erf_d4_n15", { law: "single-index", link: { name: "erf", scale: 1 }, amplitude: 1 }],
    [
      "single_index_hermite_quadratic_beta0_d4_n10",
      { law: "single-index", link: { name: "hermite", coefficients: [0, 0, 1] }, amplitude: 1 },
    ],
    [
      "two_layer_relu_m8_d4_n10",
      { law: "two-layer", width: 8, link: "relu", readoutVariance: 0.125, weightVariance: 0.25 },
    ],
    ["gp_rbf_ell1.5_d3_n6", { law: "gaussian-process", kernel: "rbf", lengthScale: 1.5, amplitude: 1 }],
    ["sparse_linear_s2_d8_n14", { law: "linear", tasks: { law: "sparse", sparsity: 2, variance: 1 } }],
  ])("translates the target of %s", (id, target) => {
    expect(lawFile(id)?.target).toEqual(target);
  });

  it("translates every case that has a law, and gives a reason for every other", () => {
    for (const one of goldenQuantities().flatMap((quantity) => goldenCases(quantity))) {
      const translated = lawFileOfGolden(one);
      expect(translated === null, one.id).toBe(reasonWithoutLawFile(one) !== null);
      // Plain JSON: nothing is lost on the way to a file.
      if (translated !== null) expect(JSON.parse(JSON.stringify(translated)), one.id).toEqual(translated);
    }
    expect(lawFile("wishart_moments_n7_d4")).toBeNull();
    expect(reasonWithoutLawFile(goldenCase("wishart_moments_n7_d4"))).toMatch(/n = 7, d = 4.*needs no law/);
  });
});
