import { add, covariance, diagonal, isotropic, matrixFromRows, scale, type PromptMoments } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalStep } from "../optimum/step.ts";
import { bayesRiskEquivalent, marchenkoPasturRisk } from "./asymptotic.ts";
import { bayesRisk, bayesRiskGivenContext } from "./bayes.ts";
import { gradientDescentRisk } from "./gradient-descent.ts";
import { leastSquaresRisk } from "./least-squares.ts";
import { oneStepRisk } from "./one-step.ts";
import { excessLoss, lossGradient, pretrainingLoss } from "./pretraining-loss.ts";
import { ridgeRisk } from "./ridge.ts";

const sizes = { contextLength: 4, dimension: 3, noiseVariance: 0.3 };

describe("laws without signal, without noise, and without both", () => {
  test.each([0, 0.3])("without tasks every Bayes risk is σ² = %d", (noiseVariance) => {
    const silent = { ...sizes, noiseVariance, taskVariance: 0 };
    const setting = { contextLength: 4, covariates: isotropic(3), tasks: isotropic(3, 0), noiseVariance };
    expect(bayesRisk(silent).value).toBe(noiseVariance);
    expect(marchenkoPasturRisk(silent).value).toBe(noiseVariance);
    expect(bayesRisk(setting).value).toBe(noiseVariance);
    expect(bayesRiskGivenContext(setting, diagonal([1, 2, 0])).value).toBe(noiseVariance);
    // All rows are free to be used, and nothing is there to use them for.
    expect(bayesRiskEquivalent(setting).value).toEqual({ risk: noiseVariance, effectiveLength: 4 });
  });

  test("the smallest noise there is leaves all rows too", () => {
    const setting = { contextLength: 4, covariates: isotropic(3), tasks: isotropic(3, 0), noiseVariance: 5e-324 };
    expect(bayesRiskEquivalent(setting).value).toEqual({ risk: 5e-324, effectiveLength: 4 });
  });

  test.each([1e-310, 1e-300, 1e300])("the equivalent knows no scale but that of its law: %d", (unit) => {
    const at = (scaled: number) =>
      bayesRiskEquivalent({
        contextLength: 9,
        covariates: isotropic(3, scaled),
        tasks: isotropic(3),
        noiseVariance: scaled,
      }).value;
    const [one, other] = [at(1), at(unit)];
    expectClose(other.effectiveLength / one.effectiveLength, 1, 1e-12);
    expectClose(other.risk / unit / one.risk, 1, 1e-12);
  });

  test("without noise n rows leave n − d of them free, or d − n directions in the dark", () => {
    const noiseless = (contextLength: number) =>
      bayesRiskEquivalent({ contextLength, covariates: isotropic(3, 2), tasks: isotropic(3), noiseVariance: 0 }).value;
    expect(noiseless(5)).toEqual({ risk: 0, effectiveLength: 2 });
    expect(noiseless(3)).toEqual({ risk: 0, effectiveLength: 0 });
    expect(noiseless(2).effectiveLength).toBe(0);
    expectClose(noiseless(2).risk, 2, 1e-14);
    const flat = { covariates: isotropic(3), tasks: covariance(diagonal([1, 1, 0])), noiseVariance: 0 };
    expect(bayesRiskEquivalent({ ...flat, contextLength: 2 }).value).toEqual({ risk: 0, effectiveLength: 0 });
    for (const [contextLength, missed] of [
      [2, 2],
      [3, 0],
      [5, 0],
    ]) {
      const law = { contextLength, dimension: 3, noiseVariance: 0, taskVariance: 2 };
      expectClose(marchenkoPasturRisk(law).value, missed, 1e-15);
    }
  });

  test("without noise a context that spans the tasks leaves nothing, and no risk is negative", () => {
    const tasks = covariance(
      matrixFromRows([
        [1, 0.3],
        [0.3, 0.7],
      ]),
    );
    const setting = { contextLength: 3, covariates: covariance(diagonal([1.7, 0.9])), tasks, noiseVariance: 0 };
    for (let k = 1; k < 60; k++) {
      const [a, b] = [Math.cos(k), Math.sin(k) / 7];
      const gram = matrixFromRows([
        [a * a + 1, a * b],
        [a * b, b * b + k],
      ]);
      const { value } = bayesRiskGivenContext(setting, gram);
      expect(value).toBeGreaterThanOrEqual(0);
      expectClose(value, 0, 1e-14);
    }
  });
});

describe("the deterministic equivalent over many sizes", () => {
  test("n = ν(1 + Σ t/(νt + σ²)) and the risk is σ²n/ν, from faint noise to loud", () => {
    for (const noiseVariance of [1e-12, 1e-3, 1, 1e6]) {
      for (const contextLength of [1, 3, 4, 5, 1000]) {
        const spectrum = [3, 1, 0.2, 1e-4];
        const { risk, effectiveLength: nu } = bayesRiskEquivalent({
          contextLength,
          covariates: covariance(diagonal(spectrum)),
          tasks: isotropic(4),
          noiseVariance,
        }).value;
        const tr = spectrum.reduce((sum, t) => sum + t / (nu * t + noiseVariance), 0);
        expectClose((nu * (1 + tr)) / contextLength, 1, 1e-13);
        expectClose(risk / noiseVariance / (1 + tr), 1, 1e-13);
      }
    }
  });
});

test("the deterministic equivalent has the units of the response, at both ends of the range", () => {
  const equivalent = (unit: number) =>
    bayesRiskEquivalent({
      contextLength: 5,
      covariates: covariance(diagonal([3, 1, 0.2])),
      tasks: isotropic(3, unit),
      noiseVariance: 1e-5 * unit,
    }).value;
  const plain = equivalent(1);
  for (const unit of [1e-290, 1e-150, 1e150, 1e300]) {
    const { risk, effectiveLength } = equivalent(unit);
    expectClose(risk / unit / plain.risk, 1, 1e-13);
    expectClose(effectiveLength, plain.effectiveLength, 1e-12);
  }
  // Numbers with few digits left still have an end.
  expect(equivalent(1e-318).risk).toBeLessThan(1e-317);
});

test("a law without responses has no risk, however a filter explodes", () => {
  const silent = { contextLength: 20, dimension: 5, noiseVariance: 0, taskVariance: 0 };
  expect(gradientDescentRisk(silent, { steps: 5000, rate: 0.5 }).value).toBe(0);
});

describe("least squares on a covariance", () => {
  test("sees the rank of Σ where the context is long enough", () => {
    const flat = { covariates: covariance(diagonal([2, 1, 0])), tasks: isotropic(3), noiseVariance: 1 };
    expect(leastSquaresRisk({ ...flat, contextLength: 2 }).value).toBe(Infinity);
    expect(leastSquaresRisk({ ...flat, contextLength: 4 }).value).toBe(3);
    expect(leastSquaresRisk({ ...flat, contextLength: 2, noiseVariance: 0 }).value).toBe(0);
  });

  test("misses ω² = s tr(Ω)/d in each direction that is not spanned", () => {
    const tasks = covariance(diagonal([1, 2, 3, 4, 5]));
    const short = { contextLength: 2, covariates: isotropic(5, 2), tasks, noiseVariance: 0.5 };
    // σ² + 6·3 + σ²·2/(5 − 2 − 1)
    expectClose(leastSquaresRisk(short).value, 19, 1e-14);
  });

  test("says whose result it is", () => {
    const sourceOf = (contextLength: number) => leastSquaresRisk({ ...sizes, contextLength }).source.key;
    expect([2, 3, 9].map(sourceOf)).toEqual(["hastie-2019", "breiman-1983", "breiman-1983"]);
    const formulaOf = (contextLength: number) => leastSquaresRisk({ ...sizes, contextLength }).formula;
    expect(formulaOf(2)).toContain("d-n-1");
    expect(formulaOf(3)).toContain("n-d-1");
  });
});

test("ridge regression on Σ = sI is that on I with λ/s and s tr(Ω)/d", () => {
  const tasks = covariance(diagonal([1, 2, 6]));
  const scaled = { contextLength: 4, covariates: isotropic(3, 5), tasks, noiseVariance: 0.3 };
  expectClose(ridgeRisk(scaled, 2).value, ridgeRisk({ ...sizes, taskVariance: 15 }, 0.4).value, 1e-13);
  expect(() => ridgeRisk({ ...scaled, contextLength: 3 }, 2 ** -960)).toThrowError("at least 2^-960");
  expect(ridgeRisk({ ...sizes, contextLength: 3 }, 2 ** -960).value).toBeGreaterThan(1);
  expect(() => ridgeRisk({ ...sizes, contextLength: 3 }, 2 ** -961)).toThrowError("at least 2^-960");
});

test("a step of rate 0 predicts 0, and rates beyond the stability limit are weighed with what is there", () => {
  // n = d = 1: s = z², E(1 − as)^{2k} by the moments 1, 3, 15, 105 of z².
  const line = { contextLength: 1, dimension: 1, noiseVariance: 0, taskVariance: 2 };
  expectClose(gradientDescentRisk(line, { steps: 3, rate: 0 }).value, 2, 1e-14);
  const [a, m] = [3, [1, 1, 3, 15, 105]];
  const expected = [1, -4 * a, 6 * a ** 2, -4 * a ** 3, a ** 4].reduce((sum, c, k) => sum + c * m[k], 0);
  expectClose(gradientDescentRisk(line, { steps: 2, rate: a }).value / (2 * expected), 1, 1e-13);
});

test("the loss above the minimum is the difference of losses, in its own digits near 0", () => {
  const moments = gaussianLinearMoments({
    contextLength: 4,
    covariates: covariance(diagonal([2, 0.5])),
    tasks: covariance(diagonal([1, 3])),
    noiseVariance: 0.3,
  });
  const { preconditioner, loss } = optimalStep(moments).value;
  const away = matrixFromRows([
    [0.3, -0.1],
    [0.2, 0.4],
  ]);
  const beside = (share: number) => excessLoss(moments, add(preconditioner, scale(away, share))).value;
  expectClose(beside(1), pretrainingLoss(moments, add(preconditioner, away)).value - loss, 1e-12);
  expectClose(beside(1e-6) / (1e-12 * beside(1)), 1, 1e-8);
  expect(beside(0)).toBe(0);
});

test("the gradient is the slope of the loss, entry by entry: central differences of a quadratic are exact", () => {
  const moments = gaussianLinearMoments({
    contextLength: 4,
    covariates: covariance(diagonal([2, 0.5])),
    tasks: covariance(diagonal([1, 3])),
    noiseVariance: 0.3,
  });
  const step = matrixFromRows([
    [0.3, -0.1],
    [0.2, 0.4],
  ]);
  lossGradient(moments, step).value.values.forEach((slope, at) => {
    const moved = (by: number) => {
      const values = step.values.map((value, i) => (i === at ? value + by : value));
      return pretrainingLoss(moments, { ...step, values }).value;
    };
    expectClose(slope, moved(0.5) - moved(-0.5), 1e-12);
  });
});

describe("a step that makes no error", () => {
  /** On one coordinate with E y² = a²/(sb), the step a/(sb) predicts y itself. */
  const perfect = (s: number, b: number, a: number): [PromptMoments, number] => [
    {
      contextLength: 1,
      dimension: 1,
      crossMoment: diagonal([a]),
      strata: [{ probability: 1, querySecondMoment: diagonal([s]), stepMoment: diagonal([b]) }],
      responseSecondMoment: (a * a) / (s * b),
      evenPartDecouples: "not known",
    },
    a / (s * b),
  ];

  test("has loss 0, whatever rounding leaves of it", () => {
    for (let k = 1; k < 200; k++) {
      const [moments, step] = perfect(Math.exp(Math.sin(k)), Math.exp(Math.cos(3 * k)), Math.sin(5 * k));
      for (const loss of [oneStepRisk(moments, step).value, pretrainingLoss(moments, diagonal([step])).value]) {
        expect(loss).toBeGreaterThanOrEqual(0);
        expectClose(loss, 0, 1e-14 * moments.responseSecondMoment);
      }
    }
  });

  test("is no better than that: six digits of the three terms, E y², 2 E y² and E y², may be rounding, and no more", () => {
    const [moments, step] = perfect(1, 2, 3);
    const less = (share: number): PromptMoments => ({ ...moments, responseSecondMoment: 4.5 * (1 - share * 2 ** -20) });
    expect(oneStepRisk(less(3.9), step).value).toBe(0);
    expect(pretrainingLoss(less(3.9), diagonal([step])).value).toBe(0);
    expect(() => oneStepRisk(less(4.1), step)).toThrowError("no mean squared error is negative");
    expect(() => pretrainingLoss(less(4.1), diagonal([step]))).toThrowError("no mean squared error is negative");
  });
});
