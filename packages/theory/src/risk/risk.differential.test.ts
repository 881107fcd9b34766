import {
  covariance,
  diagonal,
  inverseCovariance,
  isotropic,
  matrixFromRows,
  radialQuadrature,
  scale,
  zeros,
  integrate,
  outer,
} from "@onestep/core";
import { anyContextLength, anyCovariance, anyDimension, anyNoiseVariance, expectClose } from "@onestep/testkit";
import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { bestStepSize } from "../optimum/best-step-size.ts";
import { bayesRiskEquivalent, marchenkoPasturRisk } from "./asymptotic.ts";
import { bayesRisk, bayesRiskGivenContext } from "./bayes.ts";
import { gradientDescentRisk } from "./gradient-descent.ts";
import { leastSquaresRisk } from "./least-squares.ts";
import { oneStepRisk } from "./one-step.ts";
import { pretrainingLoss } from "./pretraining-loss.ts";
import { ridgeRisk } from "./ridge.ts";
import { zeroRisk } from "./zero.ts";

const anySizes = tuple(anyContextLength(), anyDimension(), anyNoiseVariance(), constantFrom(0.5, 1, 2)).map(
  ([contextLength, dimension, noiseVariance, taskVariance]) => ({
    contextLength,
    dimension,
    noiseVariance,
    taskVariance,
  }),
);

describe("gradient descent", () => {
  test("one step is oneStepRisk, from the moments and from the spectrum alike", () => {
    assert(
      property(anySizes, constantFrom(0, 0.3, 1), (setting, rate) => {
        const moments = gaussianLinearMoments({
          ...setting,
          covariates: isotropic(setting.dimension),
          tasks: isotropic(setting.dimension, setting.taskVariance),
        });
        const spectral = gradientDescentRisk(setting, { steps: 1, rate }).value;
        expectClose(spectral, oneStepRisk(moments, rate / setting.contextLength).value, 1e-12 * (1 + spectral));
      }),
    );
  });

  test("three unequal steps are a polynomial in the exact trace moments", () => {
    const [contextLength, dimension, noiseVariance, taskVariance] = [7, 4, 0.3, 2];
    const rates = [0.4, 0.9, 1.3];
    // q(u) = ∏(1 − a u) and P(u) = (1 − q)/u by their coefficients in u = s/n.
    let q = [1];
    for (const a of rates) q = Array.from({ length: q.length + 1 }, (_, k) => (q[k] ?? 0) - a * (q[k - 1] ?? 0));
    const p = q.slice(1).map((coefficient) => -coefficient);
    const M = wishartTraceMoments({ contextLength, dimension, order: 7 }).value.map(
      (moment, k) => Number(moment) / contextLength ** k,
    );
    const mean = (f: number[], g: number[], shift: number): number =>
      f.reduce((sum, x, i) => sum + g.reduce((inner, y, j) => inner + x * y * M[i + j + shift], 0), 0);
    const expected = noiseVariance + taskVariance * mean(q, q, 0) + (noiseVariance / contextLength) * mean(p, p, 1);
    expectClose(
      gradientDescentRisk({ contextLength, dimension, noiseVariance, taskVariance }, { rates }).value,
      expected,
      1e-12 * expected,
    );
  });

  test("equal steps are the same steps one by one, in any order of unequal ones", () => {
    const setting = { contextLength: 12, dimension: 5, noiseVariance: 0.4 };
    expectClose(
      gradientDescentRisk(setting, { steps: 4, rate: 0.7 }).value,
      gradientDescentRisk(setting, { rates: [0.7, 0.7, 0.7, 0.7] }).value,
      1e-13,
    );
    expectClose(
      gradientDescentRisk(setting, { rates: [0.2, 1.1, 0.6] }).value,
      gradientDescentRisk(setting, { rates: [1.1, 0.6, 0.2] }).value,
      1e-13,
    );
  });

  test("no steps predict 0, and a covariance sI rescales rate and signal", () => {
    const scaled = {
      contextLength: 9,
      covariates: isotropic(3, 4),
      tasks: covariance(diagonal([1, 2, 3])),
      noiseVariance: 0.5,
    };
    expectClose(
      gradientDescentRisk(scaled, { steps: 0, rate: 1 }).value,
      zeroRisk(gaussianLinearMoments(scaled)).value,
      1e-12,
    );
    expectClose(
      gradientDescentRisk(scaled, { steps: 1, rate: 0.2 }).value,
      oneStepRisk(gaussianLinearMoments(scaled), 0.2 / 9).value,
      1e-12,
    );
  });

  test("an astronomical risk is an error that says so, and anisotropic covariates an assumption", () => {
    expect(() =>
      gradientDescentRisk({ contextLength: 20, dimension: 5, noiseVariance: 0.2 }, { steps: 5000, rate: 0.5 }),
    ).toThrowError(/overflows/);
    const anisotropic = {
      contextLength: 9,
      covariates: covariance(diagonal([1, 2])),
      tasks: isotropic(2),
      noiseVariance: 0,
    };
    expect(() => gradientDescentRisk(anisotropic, { steps: 2, rate: 0.5 })).toThrowError(/isotropic covariates/);
  });
});

describe("ridge, least squares and Bayes", () => {
  test("Bayes is ridge at λ = σ²/ω², and no other penalty is better", () => {
    assert(
      property(anySizes, (setting) => {
        if (setting.noiseVariance === 0) return;
        const bayes = bayesRisk(setting).value;
        const penalty = setting.noiseVariance / setting.taskVariance;
        expectClose(ridgeRisk(setting, penalty).value, bayes, 1e-12 * bayes);
        for (const factor of [0.5, 2]) expect(ridgeRisk(setting, factor * penalty).value).toBeGreaterThan(bayes);
      }),
      { numRuns: 30 },
    );
  });

  test("in one dimension Bayes is an integral over χ², and for n = 1 over one row", () => {
    for (const n of [1, 2, 9]) {
      const expected = 0.3 + integrate(radialQuadrature(n), (t) => 0.3 / (t * t + 0.3));
      expectClose(bayesRisk({ contextLength: n, dimension: 1, noiseVariance: 0.3 }).value, expected, 1e-12);
    }
    const expected = 0.3 + 5 + integrate(radialQuadrature(6), (t) => 0.3 / (t * t + 0.3));
    expectClose(bayesRisk({ contextLength: 1, dimension: 6, noiseVariance: 0.3 }).value, expected, 1e-12);
  });

  test("the risk given a context averages to the Bayes risk: one row in two dimensions, over its length", () => {
    const setting = { contextLength: 1, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.7 };
    const average = integrate(
      radialQuadrature(2),
      (t) => bayesRiskGivenContext(setting, scale(outer([0.6, 0.8], [0.6, 0.8]), t * t)).value,
    );
    expectClose(average, bayesRisk(setting).value, 1e-12);
  });

  test("Ω = ω²Σ⁻¹ is the isotropic law, and a singular Ω lives in its support", () => {
    assert(
      property(
        anyDimension().chain((d) => tuple(anyCovariance(d), anyContextLength())),
        ([covariates, contextLength]) => {
          const tasks = inverseCovariance(covariates);
          const found = bayesRisk({ contextLength, covariates, tasks, noiseVariance: 0.5 }).value;
          expectClose(
            found,
            bayesRisk({ contextLength, dimension: covariates.dimension, noiseVariance: 0.5 }).value,
            1e-9 * found,
          );
        },
      ),
      { numRuns: 20 },
    );
    const flat = {
      contextLength: 6,
      covariates: isotropic(4),
      tasks: covariance(diagonal([2, 2, 0, 0])),
      noiseVariance: 0.5,
    };
    expectClose(
      bayesRisk(flat).value,
      bayesRisk({ contextLength: 6, dimension: 2, noiseVariance: 0.5, taskVariance: 2 }).value,
      1e-13,
    );
    expect(() => bayesRisk({ ...flat, tasks: covariance(diagonal([2, 1, 0, 0])) })).toThrowError(
      /whitened covariates are isotropic/,
    );
  });

  test("ridge runs from least squares (λ = 0) to the zero predictor (λ → ∞)", () => {
    for (const [contextLength, dimension] of [
      [12, 4],
      [4, 12],
    ] as const) {
      const setting = { contextLength, dimension, noiseVariance: 0.3 };
      const interpolating = leastSquaresRisk(setting).value;
      expectClose(ridgeRisk(setting, 1e-9).value, interpolating, 1e-7);
      expect(ridgeRisk(setting, 0).value).toBe(interpolating);
      expectClose(ridgeRisk(setting, 1e12).value, dimension + 0.3, 1e-9);
    }
  });

  test("least squares is infinite exactly at |n − d| ≤ 1 with noise, and exact without", () => {
    for (const n of [4, 5, 6])
      expect(leastSquaresRisk({ contextLength: n, dimension: 5, noiseVariance: 0.1 }).value).toBe(Infinity);
    for (const n of [5, 6, 50])
      expect(leastSquaresRisk({ contextLength: n, dimension: 5, noiseVariance: 0 }).value).toBe(0);
    expect(leastSquaresRisk({ contextLength: 2, dimension: 5, noiseVariance: 0, taskVariance: 2 }).value).toBe(6);
    const anisotropic = {
      contextLength: 12,
      covariates: covariance(diagonal([1, 2, 3])),
      tasks: isotropic(3),
      noiseVariance: 1,
    };
    expectClose(leastSquaresRisk(anisotropic).value, 1 + 3 / 8, 1e-15);
    expect(() => leastSquaresRisk({ ...anisotropic, contextLength: 2 })).toThrowError(/isotropic covariates/);
  });

  test("without noise Bayes is 0 for n ≥ d and ω²(d − n) below; it is continuous there down to σ² = 1e-16", () => {
    expect(bayesRisk({ contextLength: 8, dimension: 8, noiseVariance: 0 }).value).toBe(0);
    expect(bayesRisk({ contextLength: 3, dimension: 8, noiseVariance: 0, taskVariance: 2 }).value).toBe(10);
    // At n = d the smallest eigenvalue has a density ∝ 1/√x at 0, so the excess shrinks like σ.
    const ratio =
      bayesRisk({ contextLength: 8, dimension: 8, noiseVariance: 1e-12 }).value /
      bayesRisk({ contextLength: 8, dimension: 8, noiseVariance: 1e-14 }).value;
    expectClose(ratio, 10, 1e-3);
  });

  test("Bayes is below every other learner, and close to σ²(1 + d/n) for long contexts", () => {
    const setting = { contextLength: 15, dimension: 6, noiseVariance: 0.5 };
    const moments = gaussianLinearMoments({
      contextLength: 15,
      covariates: isotropic(6),
      tasks: isotropic(6),
      noiseVariance: 0.5,
    });
    const bayes = bayesRisk(setting).value;
    for (const other of [
      bestStepSize(moments).value.loss,
      leastSquaresRisk(setting).value,
      gradientDescentRisk(setting, { steps: 4, rate: 0.5 }).value,
    ]) {
      expect(other).toBeGreaterThan(bayes);
    }
    expectClose(bayesRisk({ ...setting, contextLength: 1_000_000 }).value, 0.5 * (1 + 6 / 1e6), 1e-10);
    expectClose(pretrainingLoss(moments, zeros(6, 6)).value, 6.5, 1e-14);
  });
});

describe("asymptotic risks", () => {
  test("for T ∝ I the deterministic equivalent is Marchenko–Pastur", () => {
    assert(
      property(anySizes, (setting) => {
        const equivalent = bayesRiskEquivalent({
          ...setting,
          covariates: isotropic(setting.dimension),
          tasks: isotropic(setting.dimension, setting.taskVariance),
        }).value;
        const limit = marchenkoPasturRisk(setting).value;
        expectClose(equivalent.risk, limit, 1e-12 * (1 + limit));
      }),
    );
  });

  test("both approach the exact risk as n and d grow together, roughly like 1/n", () => {
    const gap = (size: number): number => {
      const setting = { contextLength: 2 * size, dimension: size, noiseVariance: 0.5 };
      return Math.abs(marchenkoPasturRisk(setting).value / bayesRisk(setting).value - 1);
    };
    expect(gap(5)).toBeLessThan(0.1);
    expect(gap(80)).toBeLessThan(gap(5) / 8);
  });

  test("a fixed point solves its own equation on an anisotropic law", () => {
    const spectrum = [3, 1, 0.2];
    const { risk, effectiveLength: nu } = bayesRiskEquivalent({
      contextLength: 7,
      covariates: covariance(diagonal(spectrum)),
      tasks: isotropic(3),
      noiseVariance: 0.6,
    }).value;
    const tr = spectrum.reduce((sum, t) => sum + t / (nu * t + 0.6), 0);
    expectClose(nu, 7 / (1 + tr), 1e-13);
    expectClose(risk, 0.6 * (1 + tr), 1e-13);
    const silent = {
      contextLength: 2,
      covariates: covariance(matrixFromRows([[0]])),
      tasks: isotropic(1),
      noiseVariance: 0,
    };
    expect(bayesRiskEquivalent(silent).value.risk).toBe(0);
  });
});
