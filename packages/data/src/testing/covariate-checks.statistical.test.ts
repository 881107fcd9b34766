import { add, childKey, covariance, identity, isotropic, outer, randomKey, scale } from "@onestep/core";
import { expectPasses, expectRefuses, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { changed, covariateCheck, drawing } from "../../tests/wrong-covariates.ts";
import { exponentialCovariates } from "../covariates/exponential.ts";
import { gaussianAr1Covariates } from "../covariates/gaussian-ar1.ts";
import { gaussianPromptMixtureCovariates } from "../covariates/gaussian-prompt-mixture.ts";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { laplaceCovariates } from "../covariates/laplace.ts";
import { rademacherCovariates } from "../covariates/rademacher.ts";
import { sphereCovariates } from "../covariates/sphere.ts";
import { studentCovariates } from "../covariates/student.ts";
import { uniformCovariates } from "../covariates/uniform.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { covariateChecks } from "./covariate-checks.ts";

const key = childKey(randomKey(seedForTests()), "covariate checks");
const gaussian = gaussianCovariates({ dimension: 3 });
const mixture = gaussianPromptMixtureCovariates({ dimension: 3, weights: [0.5, 0.5], covariances: [1, 3] });
const laplace = laplaceCovariates({ dimension: 3 });

const declaring = (law: CovariateLaw, invariance: CovariateLaw["declares"]["invariance"]): CovariateLaw => ({
  ...law,
  declares: { ...law.declares, invariance },
});
const withStrata = (probabilities: readonly number[]): CovariateLaw => ({
  ...mixture,
  perPrompt: {
    draw: (stream) => mixture.perPrompt!.draw(stream),
    strata: mixture.perPrompt!.strata!.map((stratum, k) => ({ ...stratum, probability: probabilities[k] })),
  },
});
let drawn = 0;

/** What is wrong · the law that says so · the check that must notice. */
const wrong: readonly (readonly [string, CovariateLaw, string])[] = [
  ["a covariance a tenth too large", { ...gaussian, covariance: isotropic(3, 1.1) }, "second moment"],
  [
    "a correlation that is not there",
    { ...gaussian, covariance: covariance(add(identity(3), scale(outer([1, -1, 0.5], [1, -1, 0.5]), 0.4))) },
    "second moment",
  ],
  ["a mean a fifth of a deviation off", changed(gaussian, (row) => (row[1] += 0.2)), "centred"],
  [
    "the fourth moment of Gaussian rows for Laplace ones",
    { ...laplace, fourthMoment: gaussian.fourthMoment },
    "fourth moment",
  ],
  [
    "a fourth moment that is not linear",
    { ...gaussian, fourthMoment: (omega) => scale(gaussian.fourthMoment!(omega), omega.values[0]) },
    "form of the fourth moment",
  ],
  [
    "a fourth moment with Ω on the wrong side",
    { ...gaussianCovariates({ covariance: [3, 1] }), fourthMoment: (omega) => add(scale(omega, 2), identity(2)) },
    "form of the fourth moment",
  ],
  [
    "a fourth moment that is not elliptical",
    { ...studentCovariates({ dimension: 3, degreesOfFreedom: 12 }), fourthMoment: laplace.fourthMoment },
    "form of the fourth moment",
  ],
  ["Laplace rows turned freely", declaring(laplace, "rotations"), "invariance under rotations"],
  [
    "an axis more spread than the others",
    declaring(
      changed(gaussian, (row) => (row[0] *= row[0] > 1 ? 1.5 : 0.8)),
      "signed-permutations",
    ),
    "invariance under signed-permutations",
  ],
  [
    "a sign that two others settle",
    declaring(
      changed(rademacherCovariates({ dimension: 3 }), (row) => (row[2] = row[0] * row[1])),
      "coordinate-signs",
    ),
    "invariance under coordinate-signs",
  ],
  ["skewed rows mirrored", declaring(exponentialCovariates({ dimension: 3 }), "signs"), "invariance under signs"],
  [
    "prompts of two shapes turned freely",
    declaring(
      gaussianPromptMixtureCovariates({
        weights: [0.5, 0.5],
        covariances: [
          [4, 1, 1],
          [1, 4, 4],
        ],
      }),
      "rotations",
    ),
    "invariance under rotations",
  ],
  [
    "a chain of rows declared independent",
    { ...gaussianAr1Covariates({ dimension: 3, correlation: 0.3 }), rowCorrelation: undefined },
    "independent rows",
  ],
  ["a scale that a prompt's rows share", { ...mixture, perPrompt: undefined }, "independent rows"],
  [
    "a chain of another correlation",
    { ...gaussianAr1Covariates({ dimension: 3, correlation: 0.3 }), rowCorrelation: (n) => n * (n - 1) * 0.25 },
    "correlation of rows",
  ],
  [
    "rows of another law than the prompt's",
    {
      ...mixture,
      perPrompt: {
        draw: (stream) => ({ ...mixture.perPrompt!.draw(stream), covariance: isotropic(3, 2) }),
        strata: undefined,
      },
    },
    "law of a prompt",
  ],
  ["prompts in other proportions", withStrata([0.8, 0.2]), "law of a prompt"],
  ["probabilities that do not add up", withStrata([0.5, 0.4]), "strata"],
  ["strata with another mean covariance", withStrata([0.8, 0.2]), "strata"],
  ["uniform rows declared Gaussian", { ...uniformCovariates({ dimension: 3 }), gaussian: true }, "Gaussian rows"],
  [
    "uniform rows of many coordinates declared Gaussian",
    { ...uniformCovariates({ dimension: 8 }), gaussian: true },
    "Gaussian rows",
  ],
  ["rows of one length declared Gaussian", { ...sphereCovariates({ dimension: 12 }), gaussian: true }, "Gaussian rows"],
  [
    "tails of ν = 3 drawn for ν = 6",
    {
      ...studentCovariates({ dimension: 3, degreesOfFreedom: 6 }),
      drawScale: studentCovariates({ dimension: 3, degreesOfFreedom: 3 }).drawScale,
    },
    "scale mixture",
  ],
  [
    "another law of a coordinate",
    { ...laplace, coordinateExpectation: uniformCovariates({ dimension: 3 }).coordinateExpectation },
    "law of a coordinate",
  ],
  [
    "a kurtosis that quadrature contradicts",
    { ...laplace, coordinateExpectation: uniformCovariates({ dimension: 3 }).coordinateExpectation },
    "moments by quadrature",
  ],
  ["a variance that quadrature contradicts", { ...laplace, covariance: isotropic(3, 1.001) }, "moments by quadrature"],
  [
    "draws that depend on earlier draws",
    changed(gaussian, (row) => {
      drawn += 1;
      if (drawn % 100 === 0) row[0] = 0;
    }),
    "draws",
  ],
  [
    "a context that is drawn from its end",
    drawing(gaussian, (stream, count, into, offset) => {
      for (let row = count - 1; row >= 0; row--) gaussian.drawRows(stream, 1, into, offset + 3 * row);
    }),
    "draws",
  ],
  [
    "a draw beside its rows",
    drawing(gaussian, (stream, count, into, offset) => {
      gaussian.drawRows(stream, count, into, offset);
      into[offset + 3 * count] = 0;
    }),
    "draws",
  ],
  [
    "other degrees of freedom on record",
    {
      ...studentCovariates({ dimension: 3, degreesOfFreedom: 12 }),
      parameters: studentCovariates({ dimension: 3, degreesOfFreedom: 3 }).parameters,
    },
    "recorded parameters",
  ],
  ["a number that is none", changed(gaussian, (row) => (row[2] /= row[2] > -1 ? 1 : 0)), "draws"],
  ["a number that is none, in a mean", changed(gaussian, (row) => (row[2] /= row[2] > -3 ? 1 : 0)), "centred"],
];

describe("covariateChecks refuse", () => {
  it.each(wrong)("%s", (_, law, name) => {
    expectRefuses(covariateCheck(law, name), randomKey(0));
  });
});

describe("covariateChecks", () => {
  it("estimate no moment whose square has none, and check bounded statistics instead", () => {
    const names = covariateChecks(studentCovariates({ dimension: 2, degreesOfFreedom: 3 })).map(({ name }) => name);
    expect(names).toEqual([
      "draws",
      "centred",
      "rows of one law",
      "scale mixture",
      "invariance under rotations",
      "independent rows",
      "recorded parameters",
    ]);
    const few = covariateChecks(studentCovariates({ dimension: 2, degreesOfFreedom: 5 })).map(({ name }) => name);
    expect(few).toContain("form of the fourth moment");
    expect(few).not.toContain("fourth moment");
  });

  it("pass a law in the units it comes in", () => {
    const tiny = gaussianCovariates({ covariance: [1e-12, 1e12] });
    for (const check of covariateChecks(tiny)) expectPasses(check, key);
  });

  it("find the same at the same key, in words", () => {
    const check = covariateCheck(gaussian, "second moment");
    expect(check.run({ key })).toEqual(check.run({ key }));
    expect(check.run().detail).toMatch(/^E⟨.*⟩.*: \S+ ± \S+ from 131072 draws, declared \S+; \d+ of 64 block means/);
  });
});
