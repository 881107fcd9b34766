import { covariance, diagonal, DomainError, isotropic, NumericalError, scale } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { expect, test } from "vitest";
import { rungeKutta } from "../../tests/runge-kutta.ts";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { lossGradient } from "../risk/pretraining-loss.ts";
import { mergedEscapeRate } from "./escape-rate.ts";
import { mergedHalfTime } from "./merged-flow.ts";

const setting = {
  contextLength: 8,
  covariates: covariance(diagonal([1.5, 0.6])),
  tasks: covariance(diagonal([0.5, 1])),
  noiseVariance: 0.2,
};

test("the flow of both factors grows at this rate while it is small", () => {
  const moments = gaussianLinearMoments(setting);
  const kappa = 1 / 3;
  const flow = ([u, ...n]: readonly number[]): number[] => {
    const step = { rows: 2, columns: 2, values: Float64Array.from(n) };
    const gradient = lossGradient(moments, scale(step, kappa * u)).value.values;
    return [-kappa * gradient.reduce((sum, g, i) => sum + g * n[i], 0), ...gradient.map((g) => -kappa * u * g)];
  };
  const { value: rate } = mergedEscapeRate(setting, kappa);
  const h = 0.02 / rate;
  let state = [1e-9, 3e-9, -2e-9, 1e-9, 2e-9];
  const readouts: number[] = [];
  for (let k = 0; k <= 500; k++) {
    readouts.push(state[0]);
    state = rungeKutta(flow, state, h);
  }
  expectClose(Math.log(readouts[500] / readouts[400]) / (100 * h), rate, 1e-5 * rate);
});

test("on white covariates it is half the rate of the logistic curve, whose γ̂ is a product of two factors", () => {
  const white = { contextLength: 8, covariates: isotropic(3, 2), tasks: isotropic(3, 0.7), noiseVariance: 0.1 };
  const [late, later] = [1e-12, 1e-14].map((initial) => mergedHalfTime({ setting: white, initial }).value);
  expectClose(Math.log(100) / (later - late), 2 * mergedEscapeRate(white).value, 1e-9);
});

test("nonsense is refused, and what overflows too", () => {
  const silent = { ...setting, tasks: isotropic(2, 0) };
  expect(() => mergedEscapeRate(silent)).toThrow(DomainError);
  expect(() => mergedEscapeRate(setting, -1)).toThrow(/prefactor/);
  expect(() => mergedEscapeRate(setting, 1e308)).toThrow(NumericalError);
});
