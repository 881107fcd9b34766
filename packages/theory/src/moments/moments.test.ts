import {
  add,
  covariance,
  diagonal,
  matrixFromRows,
  multiply,
  scale,
  trace,
  type GaussianLinearSetting,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { correlatedRowMoments } from "./correlated-rows.ts";
import { gaussianFourthMoment } from "./fourth-moment.ts";
import { gaussianLinearMoments } from "./gaussian-linear.ts";
import { kurtosisOf, sphereRadialFactor, studentKurtosis, studentRadialFactor } from "./kurtosis.ts";
import { independentRowMoments, linearMoments } from "./linear.ts";
import { requireLoss } from "./require-moments.ts";
import { stratifiedMoments } from "./strata.ts";

const sigma = matrixFromRows([
  [2, 0.5],
  [0.5, 1],
]);
const omega = matrixFromRows([
  [1, 0.3],
  [0.3, 0.7],
]);
const setting: GaussianLinearSetting = {
  contextLength: 3,
  covariates: covariance(sigma),
  tasks: covariance(omega),
  noiseVariance: 0.4,
};
// ΣΩΣ and tr(ΣΩ), by hand.
const sandwich = matrixFromRows([
  [4.775, 2.025],
  [2.025, 1.25],
]);
const signal = 3;

describe("Gaussian linear prompts in numbers", () => {
  test("A = nΣΩΣ, B = n(n+1)ΣΩΣ + nτΣ, E y² = τ", () => {
    const moments = gaussianLinearMoments(setting);
    expectMatrixClose(moments.crossMoment, scale(sandwich, 3), 1e-14);
    expectMatrixClose(moments.strata[0].stepMoment, add(scale(sandwich, 12), scale(sigma, 3 * 3.4)), 1e-13);
    expectMatrixClose(moments.strata[0].querySecondMoment, sigma, 0);
    expectClose(moments.responseSecondMoment, signal + 0.4, 1e-15);
    expect(moments).toMatchObject({ contextLength: 3, dimension: 2, evenPartDecouples: "proved" });
    expect(moments.strata[0].probability).toBe(1);
  });

  test("a query of a law of its own enters A and E y², and leaves B alone", () => {
    const query = diagonal([0.5, 3]);
    const moments = gaussianLinearMoments(setting, covariance(query));
    // ΣΩΣ_q is not symmetric.
    expectMatrixClose(moments.crossMoment, scale(multiply(sigma, omega, query), 3), 1e-14);
    expect(moments.crossMoment.values[1]).not.toBeCloseTo(moments.crossMoment.values[2], 1);
    expectClose(moments.responseSecondMoment, 0.5 * 1 + 3 * 0.7 + 0.4, 1e-15);
    expectMatrixClose(moments.strata[0].querySecondMoment, query, 0);
    expectMatrixClose(moments.strata[0].stepMoment, gaussianLinearMoments(setting).strata[0].stepMoment, 0);
  });

  test("correlated rows share A and E y² with independent ones, and have n²ΣΩΣ + s₂(ΣΩΣ + tr(ΣΩ)Σ) + nσ²Σ", () => {
    const moments = correlatedRowMoments(setting, 5);
    expectMatrixClose(moments.crossMoment, scale(sandwich, 3), 1e-14);
    expectMatrixClose(moments.strata[0].stepMoment, add(scale(sandwich, 9 + 5), scale(sigma, 5 * signal + 1.2)), 1e-13);
    expectMatrixClose(moments.strata[0].querySecondMoment, sigma, 0);
    expectClose(moments.responseSecondMoment, 3.4, 1e-15);
    expect(moments).toMatchObject({ contextLength: 3, dimension: 2, evenPartDecouples: "proved" });
    expect(moments.strata[0].probability).toBe(1);
  });
});

describe("independent rows in numbers", () => {
  test("A = nC, B = nE2 + n(n−1)C, and what is not declared is not known", () => {
    const rows = {
      contextLength: 4,
      covariates: sigma,
      signalMoment: omega,
      energyMoment: scale(sigma, 5),
      responseSecondMoment: 1.5,
      evenPartDecouples: "proved" as const,
    };
    const moments = independentRowMoments(rows);
    expectMatrixClose(moments.crossMoment, scale(omega, 4), 1e-15);
    expectMatrixClose(moments.strata[0].stepMoment, add(scale(sigma, 20), scale(omega, 12)), 1e-14);
    expectMatrixClose(moments.strata[0].querySecondMoment, sigma, 0);
    expect(moments).toMatchObject({ contextLength: 4, dimension: 2, responseSecondMoment: 1.5 });
    expect(moments.strata[0].probability).toBe(1);
    expect(independentRowMoments({ ...rows, contextLength: 1 }).strata[0].stepMoment.values[0]).toBe(10);
  });

  test("noise of its own second moment stands in for σ²Σ", () => {
    const law = { ...setting, covariates: sigma, tasks: omega, fourthMoment: gaussianFourthMoment(sigma, omega) };
    const plain = linearMoments(law);
    expectMatrixClose(plain.strata[0].stepMoment, gaussianLinearMoments(setting).strata[0].stepMoment, 1e-13);
    expect(plain.evenPartDecouples).toBe("not known");
    expect(linearMoments({ ...law, evenPartDecouples: "proved" }).evenPartDecouples).toBe("proved");
    const loud = linearMoments({ ...law, noiseMoment: add(scale(sigma, 0.4), diagonal([1, 0])) });
    expectMatrixClose(loud.strata[0].stepMoment, add(plain.strata[0].stepMoment, diagonal([3, 0])), 1e-13);
    expectClose(loud.responseSecondMoment, 3.4, 1e-15);
  });
});

describe("strata in numbers", () => {
  const short = gaussianLinearMoments({ ...setting, contextLength: 1 });
  const long = {
    ...gaussianLinearMoments({ ...setting, contextLength: 5, noiseVariance: 2 }),
    evenPartDecouples: "not known" as const,
  };

  test("A, E y² and n are averages, and the pairs (S, B) stay apart, whatever they are made of", () => {
    const inner = stratifiedMoments([
      { probability: 0.4, moments: short },
      { probability: 0.6, moments: long },
    ]);
    expectMatrixClose(inner.crossMoment, scale(sandwich, 0.4 + 0.6 * 5), 1e-14);
    expectClose([inner.contextLength, inner.responseSecondMoment], [3.4, 0.4 * 3.4 + 0.6 * 5], 1e-15);
    const nested = stratifiedMoments([
      { probability: 0.5, moments: inner },
      { probability: 0.5, moments: short },
    ]);
    expectClose(
      nested.strata.map(({ probability }) => probability),
      [0.2, 0.3, 0.5],
      1e-15,
    );
    expect(nested.strata.map(({ stepMoment }) => stepMoment)).toEqual(
      [short, long, short].map(({ strata }) => strata[0].stepMoment),
    );
  });

  test("the even part decouples if it does so in every stratum", () => {
    const both = (moments: typeof short) =>
      stratifiedMoments([
        { probability: 0.5, moments: short },
        { probability: 0.5, moments },
      ]);
    expect(both(short).evenPartDecouples).toBe("proved");
    expect(both(long).evenPartDecouples).toBe("not known");
    expect(both(short).dimension).toBe(2);
  });
});

describe("fourth moments of coordinates", () => {
  test("from the raw moments of each law", () => {
    // E z⁴ of a uniform law on (−√3, √3), of a Laplace law of scale 1/√2, and of an exponential one less its mean.
    expectClose(kurtosisOf.uniform, 3 ** 2 / 5, 1e-15);
    expectClose(kurtosisOf.laplace, 24 / 2 ** 2, 1e-15);
    expectClose(kurtosisOf.exponential, 24 - 4 * 6 + 6 * 2 - 4 + 1, 1e-15);
    expect([kurtosisOf.rademacher, kurtosisOf.gaussian]).toEqual([1, 3]);
  });

  test("Student's t and the sphere, whose limits are Gaussian", () => {
    expect([studentKurtosis(10), studentRadialFactor(6), sphereRadialFactor(1), sphereRadialFactor(2)]).toEqual([
      4,
      2,
      1 / 3,
      0.5,
    ]);
    expectClose([studentRadialFactor(1e12), sphereRadialFactor(1e12)], [1, 1], 1e-11);
    expect(studentRadialFactor(4 + 2 ** -30)).toBeCloseTo(2 ** 31 + 1, 0);
  });
});

describe("a loss that is a difference of moments", () => {
  const at = (loss: number, size: number, cancelled?: number) => requireLoss("here", loss, size, cancelled);

  test("is 0 where it is negative by rounding, and refused beyond", () => {
    expect(at(0.5, 2)).toBe(0.5);
    expect(at(-2 * 2 ** -20, 2)).toBe(0);
    expect(() => at(-2.001 * 2 ** -20, 2)).toThrowError("here: expected moments of one law, for which no mean squared");
    expect(() => at(-1e-15, 1e-12)).toThrowError("Cauchy–Schwarz");
    expect(at(-(2 ** -48) * 8, 0, 8)).toBe(0);
    expect(() => at(-(2 ** -48) * 8.001, 0, 8)).toThrowError("Cauchy–Schwarz");
    expect(() => at(NaN, 1)).toThrowError("here: expected a loss within the range");
    expect(() => at(1, Infinity)).toThrowError("here: expected a loss within the range");
  });
});

test("tr(ΣΩ) and ΣΩΣ above were multiplied out rightly", () => {
  expectClose(trace(multiply(sigma, omega)), signal, 1e-15);
  expectMatrixClose(multiply(sigma, omega, sigma), sandwich, 1e-14);
});
