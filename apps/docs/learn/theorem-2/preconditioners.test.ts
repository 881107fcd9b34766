import { toRows } from "@onestep/core";
import { optimalStepLoss, optimalStepSize } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import {
  axesOf,
  covarianceRows,
  DEFAULT_SETTING,
  gaussianLinearSetting,
  silentLoss,
  withinHalfTurn,
  withinVariances,
} from "./covariance-setting.ts";
import {
  alongAxes,
  distanceBetween,
  inAxes,
  leastSquaresLimit,
  LONGEST_CONTEXT,
  partsOfTheWay,
  predictionOf,
  sharesOf,
  stepCurves,
} from "./preconditioners.ts";

const round = { ...DEFAULT_SETTING, variances: [1, 1] as const, angle: 0 };

describe("the covariance of the page", () => {
  it("has the variances that were set, along the axes that were turned", () => {
    const [first, second] = axesOf({ angle: 90 });
    expect(first[0]).toBeCloseTo(0, 15);
    expect(first[1]).toBe(1);
    expect(second[0]).toBe(-1);
    expect(covarianceRows({ variances: [4, 0.25], angle: 0 })).toEqual([
      [4, 0],
      [0, 0.25],
    ]);
    expect(covarianceRows({ variances: [4, 0.25], angle: 90 })).toEqual([
      [0.25, 0],
      [0, 4],
    ]);
    // (4 + 0.25)/2 ± (4 − 0.25)/2 cos 60°, and (4 − 0.25)/2 sin 60°
    expect(covarianceRows({ variances: [4, 0.25], angle: 30 })).toEqual([
      [3.0625, 1.6238],
      [1.6238, 1.1875],
    ]);
  });

  it("has responses of the second moment tr(ΣΩ) + σ²", () => {
    const setting = { ...DEFAULT_SETTING, variances: [4, 0.5] as const, noiseVariance: 0.25 };
    expect(silentLoss({ ...setting, tasks: "whitened" })).toBe(2.25);
    expect(silentLoss({ ...setting, tasks: "isotropic" })).toBe(4.75);
  });

  it("keeps to what can be set", () => {
    expect([0.1, 0.333, 9].map(withinVariances)).toEqual([0.25, 0.33, 4]);
    expect([-30, 180, 359.6, 45].map(withinHalfTurn)).toEqual([150, 0, 0, 45]);
  });

  it("gives tasks the covariance Σ⁻¹, or I", () => {
    const { covariates, tasks } = gaussianLinearSetting({ ...DEFAULT_SETTING, variances: [4, 0.25], angle: 0 });
    expect(toRows(covariates.matrix)).toEqual([
      [4, 0],
      [0, 0.25],
    ]);
    expect(toRows(tasks.matrix)).toEqual([
      [0.25, 0],
      [0, 4],
    ]);
    expect(toRows(gaussianLinearSetting({ ...DEFAULT_SETTING, tasks: "isotropic" }).tasks.matrix)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe("what theory says on the page", () => {
  it("is Theorem 2: the step size and the loss of Theorem 1, whatever the ellipse", () => {
    for (const variances of [
      [3, 0.4],
      [0.25, 4],
      [1, 1],
    ] as const) {
      const setting = { ...DEFAULT_SETTING, variances };
      const { steps, loss } = predictionOf(setting);
      const isotropic = { contextLength: 20, dimension: 2, noiseVariance: 0.25 };
      // Entries of Σ have four decimals.
      steps.forEach((step, i) => expect(step * variances[i]).toBeCloseTo(optimalStepSize(isotropic).value, 4));
      expect(loss).toBeCloseTo(optimalStepLoss(isotropic).value, 12);
    }
  });

  it("is Theorem 1 of 2306.00297 where tasks are isotropic and responses without noise", () => {
    const setting = { ...DEFAULT_SETTING, variances: [4, 0.25] as const, angle: 0, noiseVariance: 0 };
    const { steps } = predictionOf({ ...setting, tasks: "isotropic" });
    // 1/((n+1)λ + tr Σ)
    expect(steps[0]).toBeCloseTo(1 / (21 * 4 + 4.25), 14);
    expect(steps[1]).toBeCloseTo(1 / (21 * 0.25 + 4.25), 14);
  });

  it("leaves nothing to precondition where Σ is round, and is below every plain step where it is not", () => {
    const { steps, plain, loss } = predictionOf(round);
    expect(plain.stepSize).toBeCloseTo(steps[0], 14);
    expect(plain.loss).toBeCloseTo(loss, 12);
    const long = predictionOf({ ...round, variances: [4, 0.25] });
    // η = tr Σ / ((n + 1 + τ) tr Σ²), τ = d + σ²; R = τ − η n tr Σ
    const step = 4.25 / (23.25 * 16.0625);
    expect(long.plain.stepSize).toBeCloseTo(step, 14);
    expect(long.plain.loss).toBeCloseTo(2.25 - step * 20 * 4.25, 12);
    expect(long.loss).toBeCloseTo(loss, 12);
  });

  it("goes the same part of the way along both axes, which a plain step cannot", () => {
    const setting = { ...DEFAULT_SETTING, angle: 0 };
    const { steps, plain } = predictionOf(setting);
    const [first, second] = partsOfTheWay(steps, setting);
    expect(first).toBeCloseTo(20 / 23.25, 12);
    expect(second).toBeCloseTo(20 / 23.25, 12);
    const [wide, narrow] = partsOfTheWay([plain.stepSize, plain.stepSize], setting);
    expect(wide / narrow).toBeCloseTo(3 / 0.4, 12);
  });

  it("runs to Σ⁻¹/n with the context, whatever the tasks", () => {
    for (const tasks of ["whitened", "isotropic"] as const) {
      for (const [i, { steps, limit }] of stepCurves({ ...DEFAULT_SETTING, tasks }).entries()) {
        expect(steps.map(([n]) => n)).toEqual(steps.map(([n]) => n).toSorted((a, b) => a - b));
        const [n, step] = steps[steps.length - 1];
        expect(n).toBe(LONGEST_CONTEXT);
        expect(limit[1]).toEqual([n, 1 / (n * DEFAULT_SETTING.variances[i])]);
        expect(step / limit[1][1]).toBeGreaterThan(0.98);
        expect(step / limit[1][1]).toBeLessThan(1);
      }
    }
    const limit = leastSquaresLimit({ ...DEFAULT_SETTING, variances: [4, 0.25], angle: 0, tasks: "isotropic" });
    expect(limit).toEqual([
      [0.0125, 0],
      [0, 0.2],
    ]);
  });

  it("reads Γ in the axes of Σ", () => {
    const rows = [
      [1, 2],
      [3, 4],
    ];
    expect(inAxes(rows, { angle: 0 })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const [first, second] = alongAxes(rows, { angle: 90 });
    expect([first, second].map((x) => x.toFixed(12))).toEqual(["4.000000000000", "1.000000000000"]);
  });

  it("measures distances in units of Γ*", () => {
    const optimum = [
      [3, 0],
      [0, 4],
    ];
    expect(distanceBetween(optimum, optimum)).toBe(0);
    expect(
      distanceBetween(
        [
          [3, 3],
          [4, 4],
        ],
        optimum,
      ),
    ).toBe(1);
  });
});

it("Γ has come all the way along both axes where it is Γ*, and half the way where it is half of it", () => {
  const prediction = predictionOf(DEFAULT_SETTING);
  for (const way of [1, 0.5]) {
    const rows = prediction.preconditioner.map((row) => row.map((entry) => way * entry));
    const [first, second, between] = sharesOf(rows, DEFAULT_SETTING, prediction);
    expect(first).toBeCloseTo(way, 12);
    expect(second).toBeCloseTo(way, 12);
    // Σ is rounded to four decimals.
    expect(between).toBeCloseTo(0, 3);
  }
});
