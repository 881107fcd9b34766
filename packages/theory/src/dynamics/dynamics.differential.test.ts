import {
  add,
  AssumptionError,
  covariance,
  diagonal,
  frobeniusNorm,
  isotropic,
  maxAbs,
  multiply,
  scale,
  subtract,
  transpose,
  type Matrix,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalPreconditioner } from "../optimum/preconditioner.ts";
import { optimalStepOfRank } from "../optimum/rank.ts";
import { optimalStep } from "../optimum/step.ts";
import { lossGradient, pretrainingLoss } from "../risk/pretraining-loss.ts";
import { mergedBalance, mergedFlow, mergedHalfTime, mergedLimit } from "./merged-flow.ts";
import { learnedDirections, plateauLength, plateauLosses, rankOneTime } from "./separate-flow.ts";

/** One step of the classical Runge–Kutta method. */
function rungeKutta(f: (y: readonly number[]) => number[], y: readonly number[], h: number): number[] {
  const shifted = (k: readonly number[], share: number): number[] => y.map((value, i) => value + share * h * k[i]);
  const k1 = f(y);
  const k2 = f(shifted(k1, 0.5));
  const k3 = f(shifted(k2, 0.5));
  const k4 = f(shifted(k3, 1));
  return y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
}

test("the logistic curve is refused where directions grow at unequal rates", () => {
  const tasks = covariance(diagonal([2, 0.5]));
  const setting = { contextLength: 8, covariates: isotropic(2), tasks, noiseVariance: 0.3 };
  expect(() => mergedFlow({ setting, initial: 0.01 }, [1])).toThrow(AssumptionError);
  expect(() => mergedHalfTime({ setting, initial: 0.01 })).toThrow(/Ω = ω²I/);
});

describe("merged key and query", () => {
  const setting = { contextLength: 8, covariates: isotropic(2, 1.5), tasks: isotropic(2, 0.7), noiseVariance: 0.3 };
  const moments = gaussianLinearMoments(setting);
  const kappa = 1 / 8;

  /** θ̇ = −∇L in (u_y, N), from the gradient in Γ = κ u_y N and the chain rule alone. */
  const flow = ([u, ...n]: readonly number[]): number[] => {
    const step: Matrix = { rows: 2, columns: 2, values: Float64Array.from(n) };
    const gradient = lossGradient(moments, scale(step, kappa * u)).value.values;
    return [-kappa * gradient.reduce((sum, g, i) => sum + g * n[i], 0), ...gradient.map((g) => -kappa * u * g)];
  };

  test("the logistic curve solves the flow of both factors, in step and in loss, and the balance is conserved", () => {
    const nu = 0.05;
    let state = [Math.SQRT2 * nu, nu, 0, 0, nu];
    const [steps, h] = [800, 0.005];
    const predicted = mergedFlow(
      { setting, initial: Math.SQRT2 * nu * nu, prefactor: kappa },
      Array.from({ length: steps + 1 }, (_, k) => k * h),
    ).value;
    for (let k = 0; k <= steps; k++) {
      const [u, n] = [state[0], state[1]];
      expectClose(u * n, predicted[k].gamma, 1e-7);
      const step: Matrix = { rows: 2, columns: 2, values: Float64Array.from(state.slice(1)) };
      expectClose(pretrainingLoss(moments, scale(step, kappa * u)).value, predicted[k].loss, 1e-6);
      expectClose(mergedBalance(u, step), 0, 1e-7);
      state = rungeKutta(flow, state, h);
    }
    const half = mergedHalfTime({ setting, initial: Math.SQRT2 * nu * nu, prefactor: kappa }).value;
    const [middle, end] = mergedFlow({ setting, initial: Math.SQRT2 * nu * nu, prefactor: kappa }, [half, 1e6]).value;
    expectClose(middle.gamma, end.gamma / 2, 1e-14);
    expectClose(end.loss, optimalStep(moments).value.loss, 1e-13);
  });

  test("the limit performs Γ*, keeps the balance, and is where an anisotropic flow ends", () => {
    const anisotropic = {
      contextLength: 8,
      covariates: covariance(diagonal([1.5, 0.6])),
      tasks: isotropic(2),
      noiseVariance: 0,
    };
    const law = gaussianLinearMoments(anisotropic);
    const best = optimalPreconditioner(anisotropic).value;
    let state = [0.5, 0.2, 0.1, -0.1, 0.3];
    const start: Matrix = { rows: 2, columns: 2, values: Float64Array.from(state.slice(1)) };
    const balance = mergedBalance(0.5, start);
    const { readout, step } = mergedLimit(best, balance, 1).value;
    expectClose(mergedBalance(readout, step), balance, 1e-14);
    expect(maxAbs(subtract(scale(step, readout), best))).toBeLessThan(1e-16);
    const field = ([u, ...n]: readonly number[]): number[] => {
      const gradient = lossGradient(law, scale({ rows: 2, columns: 2, values: Float64Array.from(n) }, u)).value.values;
      return [-gradient.reduce((sum, g, i) => sum + g * n[i], 0), ...gradient.map((g) => -u * g)];
    };
    for (let k = 0; k < 10000; k++) state = rungeKutta(field, state, 5e-4);
    expectClose(state, [readout, ...step.values], 1e-6);
  });

  test("at balance the limit is that of arXiv 2306.09927, and an unbalanced one loses no digits", () => {
    const best = diagonal([0.1, 0.05]);
    const { readout } = mergedLimit(best, 0, 1).value;
    expectClose(readout, Math.sqrt(frobeniusNorm(best)), 1e-16);
    const lopsided = mergedLimit(best, -1e12, 1).value;
    expectClose(lopsided.readout * lopsided.step.values[0], 0.1, 1e-16);
    expectClose(lopsided.readout, frobeniusNorm(best) * 1e-6, 1e-18);
    expect(() => mergedLimit(diagonal([0]), 0, 1)).toThrowError(/not 0/);
    expect(() =>
      mergedFlow({ setting: { contextLength: 4, dimension: 2, noiseVariance: 0 }, initial: 0 }, [1]),
    ).toThrowError(/initial/);
  });
});

describe("separate key and query", () => {
  const setting = {
    contextLength: 16,
    covariates: covariance(diagonal([1.5, 1, 0.5])),
    tasks: isotropic(3),
    noiseVariance: 0.3,
  };

  test("for Ω ∝ I the plateaus are the optima of each rank; they end at the optimum", () => {
    const moments = gaussianLinearMoments(setting);
    plateauLosses(setting).value.forEach((loss, rank) =>
      expectClose(loss, optimalStepOfRank(moments, rank).value.loss, 1e-12),
    );
  });

  test("otherwise they may lie above: learning speed λ²ω and reward λω disagree", () => {
    const crossed = { ...setting, covariates: covariance(diagonal([2, 1])), tasks: covariance(diagonal([0.4, 1])) };
    const first = plateauLosses(crossed).value[1];
    expect(first).toBeGreaterThan(optimalStepOfRank(gaussianLinearMoments(crossed), 1).value.loss + 0.01);
    const all = plateauLosses(crossed).value;
    expectClose(all[2], optimalStep(gaussianLinearMoments(crossed)).value.loss, 1e-13);
  });

  test("a rotated law has the plateaus of its eigenbasis, and one without a shared basis is refused", () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const basis: Matrix = { rows: 2, columns: 2, values: Float64Array.of(c, -s, s, c) };
    const rotate = (values: number[]): Matrix => multiply(basis, diagonal(values), transpose(basis));
    const law = {
      contextLength: 9,
      covariates: covariance(rotate([2, 1])),
      tasks: covariance(rotate([0.4, 1])),
      noiseVariance: 0.1,
    };
    const straight = { ...law, covariates: covariance(diagonal([2, 1])), tasks: covariance(diagonal([0.4, 1])) };
    expectClose(plateauLosses(law).value, plateauLosses(straight).value, 1e-12);
    expect(() => plateauLosses({ ...law, tasks: covariance(add(diagonal([1, 0]), diagonal([0, 2]))) })).toThrowError(
      /shared eigenbasis/,
    );
  });

  test("the time of growth solves ṡ = 2κnλ²ω s²(1 − s³/γ̂*), and its plateau term dominates", () => {
    const [direction] = learnedDirections(setting).value;
    const growth = { contextLength: 16, direction, prefactor: 1 / 16 };
    const drive = 2 * direction.covariateVariance ** 2 * direction.taskVariance;
    const limit = direction.gamma * 16;
    let s = 0.05;
    const h = 1e-3;
    let steps = 0;
    for (; s < 0.8 * Math.cbrt(limit); steps++)
      s = rungeKutta(([x]) => [drive * x ** 2 * (1 - x ** 3 / limit)], [s], h)[0]!;
    expectClose(rankOneTime(growth, 0.05, s).value, steps * h, 1e-8);
    expectClose(
      plateauLength(growth, 0.05).value / rankOneTime(growth, 0.05, Math.cbrt(limit) / Math.cbrt(2)).value,
      1,
      0.1,
    );
    expect(() => rankOneTime(growth, 0.05, 10)).toThrowError(/not including/);
  });
});
