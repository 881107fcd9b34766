import {
  AssumptionError,
  covariance,
  diagonal,
  DomainError,
  frobeniusNorm,
  isotropic,
  maxAbs,
  NumericalError,
  scale,
  ShapeError,
  subtract,
  type Matrix,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { rungeKutta } from "../../tests/runge-kutta.ts";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalPreconditioner } from "../optimum/preconditioner.ts";
import { optimalStepSize } from "../optimum/step-size.ts";
import { optimalStep } from "../optimum/step.ts";
import { lossGradient, pretrainingLoss } from "../risk/pretraining-loss.ts";
import { balancedStart } from "./balanced-start.ts";
import { mergedFlow, mergedHalfTime } from "./merged-flow.ts";
import { mergedBalance, mergedLimit } from "./merged-limit.ts";

test("nonsense is refused, and what overflows too", () => {
  const setting = { contextLength: 8, dimension: 3, noiseVariance: 0.1 };
  const flow = { setting, initial: 0.001 };
  expect(() => mergedFlow(flow, [1, -1])).toThrow(/finite time, at least 0/);
  expect(() => mergedFlow(flow, [Infinity])).toThrow(DomainError);
  expect(() => mergedFlow({ ...flow, prefactor: 1e300 }, [0])).toThrow(NumericalError);
  expect(() => mergedHalfTime({ ...flow, setting: { ...setting, taskVariance: 1e308 } })).toThrow(NumericalError);
  expect(() => mergedBalance(1e200, diagonal([1]))).toThrow(NumericalError);
  expect(() => mergedBalance(1, { rows: 1, columns: 2, values: new Float64Array(2) })).toThrow(ShapeError);
  expect(() => mergedLimit(diagonal([1e-200]), -1e200, 1)).toThrow(NumericalError);
});

test("the largest and smallest numbers that fit keep their digits", () => {
  expect(mergedBalance(1e200, diagonal([1e200]))).toBe(0);
  const huge = mergedLimit(diagonal([1e200]), -1, 1).value;
  expectClose(huge.readout / 1e100, 1, 1e-15);
  expectClose(huge.step.values[0] / 1e100, 1, 1e-15);
  // u_y = 10¹⁰, κ = 10³⁰⁰: their product is no double, N = 10⁻¹⁰ is.
  const steep = mergedLimit(diagonal([1e300]), 1e20, 1e300).value;
  expectClose([steep.readout / 1e10, steep.step.values[0] * 1e10], [1, 1], 1e-15);
  const setting = { contextLength: 8, dimension: 3, noiseVariance: 0.1 };
  // 10⁻³¹⁰ grows for 18 times as long as 10⁻¹⁷, and no shorter for γ̂*/γ̂₀ being no double.
  const [late] = mergedFlow({ setting, initial: 1e-310 }, [1e4]).value;
  expectClose(late.gamma, 8 * optimalStepSize(setting).value, 1e-12);
  const rate = 4 * Math.sqrt(3);
  const times = [1e-310, 1e-17].map((initial) => mergedHalfTime({ setting, initial }).value);
  expectClose(times[0] - times[1], (293 * Math.LN10) / rate, 1e-10);
});

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

  /** When the step of the flow is halfway to the optimum, from a start (u_y, N) of size ε. */
  const halfTimeFrom = (start: readonly number[]): number => {
    const half = (8 * optimalStep(moments).value.preconditioner.values[0]) / 2;
    const gammaOf = ([u, n00, , , n11]: readonly number[]): number => (u * (n00 + n11)) / 2;
    let state = [...start];
    const h = 0.005;
    for (let k = 0; ; k++) {
      const next = rungeKutta(flow, state, h);
      const [before, after] = [gammaOf(state), gammaOf(next)];
      if (after >= half) return (k + (half - before) / (after - before)) * h;
      state = next;
    }
  };

  test("a small start that is not balanced follows the curve from a₀²/(2√d), the better the smaller", () => {
    const generic = [0.4, 0.9, 0.5, -0.7, 0.3];
    const errors = [1e-2, 1e-3, 1e-4].map((size) => {
      const start = generic.map((value) => value * size);
      const step: Matrix = { rows: 2, columns: 2, values: Float64Array.from(start.slice(1)) };
      const initial = balancedStart(start[0], step).value;
      const predicted = mergedHalfTime({ setting, initial, prefactor: kappa }).value;
      return Math.abs(predicted / halfTimeFrom(start) - 1);
    });
    expect(errors[0]).toBeLessThan(0.01);
    expect(errors[1]).toBeLessThan(errors[0]);
    // The chord over one step of the integrator is what is left.
    expect(errors[2]).toBeLessThan(1e-4);
    // The product u_y tr N/d, which is γ̂ at time 0, is no substitute.
    const naive = mergedHalfTime({ setting, initial: 0.4e-4 * 0.6e-4, prefactor: kappa }).value;
    expect(Math.abs(naive / halfTimeFrom(generic.map((value) => value * 1e-4)) - 1)).toBeGreaterThan(0.003);
  });

  test("a balanced start is its own; one without a growing mode is refused", () => {
    expectClose(balancedStart(Math.SQRT2 * 0.05, diagonal([0.05, 0.05])).value, Math.SQRT2 * 0.05 ** 2, 1e-16);
    expect(() => balancedStart(Math.SQRT2 * 0.05, diagonal([-0.05, -0.05]))).toThrowError(/growing mode/);
    expect(() => balancedStart(1e200, diagonal([1]))).toThrowError(NumericalError);
    // Fifteen digits of the two parts may cancel, and be rounding.
    expectClose(balancedStart(1, diagonal([2 ** -46 - 1])).value, 2 ** -94, 1e-40);
    expect(() => balancedStart(1, diagonal([2 ** -52 - 1]))).toThrowError(/growing mode/);
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
