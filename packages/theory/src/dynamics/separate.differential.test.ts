import {
  add,
  covariance,
  diagonal,
  isotropic,
  maxAbs,
  multiply,
  NumericalError,
  scale,
  ShapeError,
  subtract,
  transpose,
  type Matrix,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { rungeKutta } from "../../tests/runge-kutta.ts";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalStepOfRank } from "../optimum/rank.ts";
import { optimalStepLoss } from "../optimum/step-size.ts";
import { optimalStep } from "../optimum/step.ts";
import { lossGradient } from "../risk/pretraining-loss.ts";
import { learnedDirections, plateauLosses } from "./learned-directions.ts";
import { plateauLength, rankOneTime } from "./rank-one-growth.ts";
import { separateBalance } from "./separate-balance.ts";

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

  test("each head conserves v² − ‖Q‖² and KKᵀ − QQᵀ along its flow, while everything else moves", () => {
    const law = gaussianLinearMoments({
      contextLength: 8,
      covariates: covariance(diagonal([1.5, 0.6])),
      tasks: covariance(diagonal([1, 0.5])),
      noiseVariance: 0.2,
    });
    const square = (values: readonly number[]): Matrix => ({
      rows: 2,
      columns: 2,
      values: Float64Array.from(values),
    });
    /** Heads as they lie in the state: v, Q, K, nine numbers each. */
    const headsOf = (state: readonly number[]) =>
      [0, 9].map((at) => ({
        readout: state[at],
        query: square(state.slice(at + 1, at + 5)),
        key: square(state.slice(at + 5, at + 9)),
      }));
    /** θ̇ = −∇L by the chain rule through Γ = Σ v QᵀK alone. */
    const flow = (state: readonly number[]): number[] => {
      const heads = headsOf(state);
      const step = heads
        .map(({ readout, query, key }) => scale(multiply(transpose(query), key), readout))
        .reduce((sum, term) => add(sum, term));
      const gradient = lossGradient(law, step).value;
      return heads.flatMap(({ readout, query, key }) => [
        -multiply(transpose(query), key).values.reduce((sum, value, at) => sum + value * gradient.values[at], 0),
        ...scale(multiply(key, transpose(gradient)), -readout).values,
        ...scale(multiply(query, gradient), -readout).values,
      ]);
    };
    const start = [0.3, 0.2, -0.1, 0.15, 0.1, 0.05, 0.2, -0.1, 0.3, -0.2, 0.1, 0.3, 0, 0.2, 0.1, -0.2, 0.25, 0.1];
    let state = start;
    for (let k = 0; k < 1000; k++) state = rungeKutta(flow, state, 1e-3);
    headsOf(start).forEach((before, h) => {
      const after = headsOf(state)[h];
      const [one, other] = [separateBalance(before).value, separateBalance(after).value];
      expectClose(other.readoutAgainstQuery, one.readoutAgainstQuery, 1e-9);
      expectClose(other.keyAgainstQuery.values, one.keyAgainstQuery.values, 1e-9);
      expect(Math.abs(after.readout ** 2 - before.readout ** 2)).toBeGreaterThan(0.005);
      expect(
        maxAbs(subtract(multiply(after.key, transpose(after.key)), multiply(before.key, transpose(before.key)))),
      ).toBeGreaterThan(0.005);
    });
    const head = headsOf(start)[0];
    expect(() => separateBalance({ ...head, key: diagonal([1]) })).toThrow(ShapeError);
    expect(() => separateBalance({ ...head, readout: 1e200 })).toThrow(NumericalError);
  });

  test("directions without covariates or tasks are never learned, also in a law without responses", () => {
    const crossed = {
      contextLength: 8,
      covariates: covariance(diagonal([0, 1])),
      tasks: covariance(diagonal([1, 0])),
      noiseVariance: 0,
    };
    for (const noiseVariance of [0, 0.5]) {
      const law = { ...crossed, noiseVariance };
      expect(learnedDirections(law).value.map(({ gamma }) => gamma)).toEqual([0, 0]);
      expect(plateauLosses(law).value).toEqual([noiseVariance, noiseVariance, noiseVariance]);
    }
  });

  test("the last plateau keeps its digits where n is a million and τ a millionfold of it", () => {
    const law = { contextLength: 1_000_000, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0 };
    const expected = optimalStepLoss({ contextLength: 1_000_000, dimension: 3, noiseVariance: 0 }).value;
    expectClose(plateauLosses(law).value[3], expected, 1e-15 * expected);
  });

  test("nonsense is refused, and what overflows too", () => {
    const direction = { covariateVariance: 1, taskVariance: 1, gamma: 0.1, lossReduction: 1 };
    expect(() => plateauLength({ contextLength: 8, direction }, 1e-310)).toThrow(NumericalError);
    expect(() => rankOneTime({ contextLength: 8, direction }, 1e-310, 0.1)).toThrow(NumericalError);
    expect(() =>
      rankOneTime({ contextLength: 8, direction: { ...direction, covariateVariance: -1 } }, 0.1, 0.2),
    ).toThrow(/λ of the direction/);
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
