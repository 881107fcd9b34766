import { covariance, diagonal, isotropic, multiply, trace } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalStepLoss, optimalStepSize } from "../optimum/step-size.ts";
import { optimalStep } from "../optimum/step.ts";
import { pointwiseAttention, pointwiseMoments, reluAttention } from "./pointwise.ts";
import { softmaxHeads } from "./softmax-heads.ts";

describe("pointwise attention", () => {
  const setting = { contextLength: 10, dimension: 5, noiseVariance: 0.3, taskVariance: 2 };

  test("averages that no target and no attention have are refused", () => {
    const possible = { alignment: 3, ownEnergy: 15, crossEnergy: 3, responseSecondMoment: 3 };
    expect(pointwiseAttention(9, possible).value.loss).toBeGreaterThan(0);
    expect(() => pointwiseAttention(9, { ...possible, ownEnergy: 2 })).toThrowError(/Jensen/);
    expect(() => pointwiseAttention(9, { ...possible, alignment: 4 })).toThrowError(/\|alignment\| to be at most/);
    expect(() => pointwiseAttention(9, { ...possible, crossEnergy: -1 })).toThrowError(/cross energy, at least 0/);
    expect(() => pointwiseMoments(Math.log, setting)).toThrowError(/finite average of the activation/);
    expect(() => pointwiseMoments((s) => s, setting, [NaN])).toThrowError(/finite kink/);
  });

  test("ReLU keeps its digits for long contexts and its limits at the ends of the range", () => {
    const long = { contextLength: 1e12, dimension: 5, noiseVariance: 0 };
    // d(d + 3/2)/(n/2 + d + 3/2), to first order in 1/n
    expectClose((reluAttention(long).value.loss * 1e12) / 65, 1, 1e-10);
    const silent = { ...setting, taskVariance: 0 };
    expect(reluAttention(silent).value).toEqual({ stepSize: 0, loss: 0.3 });
    const drowned = { ...setting, noiseVariance: 1e300, taskVariance: 1e-300 };
    expect(reluAttention(drowned).value).toEqual({ stepSize: 0, loss: 1e300 });
    expect(() => reluAttention({ ...setting, taskVariance: 1e308 })).toThrowError(/range of floating point/);
  });

  test("the identity is Theorem 1", () => {
    const { stepSize, loss } = pointwiseAttention(
      10,
      pointwiseMoments((s) => s, setting),
    ).value;
    expectClose(stepSize, optimalStepSize(setting).value, 1e-14);
    expectClose(loss, optimalStepLoss(setting).value, 1e-12);
  });

  test("ReLU by quadrature is its closed form, with noise and for any task variance", () => {
    const { stepSize, loss } = pointwiseAttention(
      10,
      pointwiseMoments((s) => Math.max(s, 0), setting),
    ).value;
    expectClose([stepSize, loss], [reluAttention(setting).value.stepSize, reluAttention(setting).value.loss], 1e-12);
  });

  test("an even activation cannot learn a linear target, and no activation beats the identity in the limit of long contexts", () => {
    expectClose(pointwiseAttention(10, pointwiseMoments(Math.abs, setting)).value.stepSize, 0, 1e-15);
    const long = { ...setting, contextLength: 100_000 };
    const cubic = pointwiseAttention(
      100_000,
      pointwiseMoments((s) => s ** 3, long),
    ).value.loss;
    expect(cubic).toBeGreaterThan(optimalStepLoss(long).value + 0.1);
  });
});

describe("softmaxHeads", () => {
  test("the published numbers for n = 16, d = 4, σ² = 0.2, and the general law", () => {
    const { loss, linearLoss } = softmaxHeads({
      contextLength: 16,
      covariates: isotropic(4),
      tasks: isotropic(4),
      noiseVariance: 0.2,
    }).value;
    expectClose([linearLoss, loss], [1.1811, 1.2297], 5e-5);
    const setting = {
      contextLength: 7,
      covariates: covariance(diagonal([2, 1])),
      tasks: covariance(diagonal([1, 3])),
      noiseVariance: 0.2,
    };
    const general = softmaxHeads(setting).value;
    expectClose(general.linearLoss, optimalStep(gaussianLinearMoments(setting)).value.loss, 1e-13);
    expectClose(general.loss, optimalStep(gaussianLinearMoments({ ...setting, contextLength: 6 })).value.loss, 1e-13);
    expect(() => softmaxHeads({ ...setting, contextLength: 1 })).toThrowError(/at least 2 pairs/);
  });

  test("long contexts keep the digits of a loss that is a small part of the response", () => {
    const law = { covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 };
    const { loss, linearLoss } = softmaxHeads({ ...law, contextLength: 1e9 }).value;
    // d(d + 1)/(n + d + 1) with n and n − 1 pairs
    expectClose([linearLoss * (1e9 + 6), loss * (1e9 + 5)], [30, 30], 1e-12);
  });

  test("centring costs one pair: the second moment of Σ(x − x̄)(y − ȳ) is that of n − 1 pairs", () => {
    // With P = I − 11ᵀ/n, XᵀPy has B = E[tr-type sums over P]: the pairs of rows enter through ΣP_ij² = tr P = n − 1.
    const [n, d] = [5, 3];
    const P = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0) - 1 / n));
    const total = P.flat().reduce((sum, value) => sum + value * value, 0);
    const diagonalSum = P.reduce((sum, row, i) => sum + row[i], 0);
    // Isserlis for E‖XᵀPXw‖²/‖w‖²: (tr P)² + tr P² + (d) tr P², with X standard normal.
    const centred = diagonalSum ** 2 + total + d * total;
    const { stepMoment } = gaussianLinearMoments({
      contextLength: n - 1,
      covariates: isotropic(d),
      tasks: isotropic(d),
      noiseVariance: 0,
    }).strata[0];
    expectClose(centred, trace(multiply(stepMoment, isotropic(d).matrix)) / d, 1e-12);
  });
});
