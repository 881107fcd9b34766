import { identity, isotropic, matrixFromRows, scale } from "@onestep/core";
import { describe, expect, test } from "vitest";
import { ar1SquaredCorrelations, correlatedRowMoments } from "./correlated-rows.ts";
import { ellipticalFourthMoment, heteroscedasticNoiseMoment, productFourthMoment } from "./fourth-moment.ts";
import { gaussianLinearMoments } from "./gaussian-linear.ts";
import { sphereRadialFactor } from "./kurtosis.ts";
import { linearMoments } from "./linear.ts";
import { mixtureFourthMoment, mixtureSecondMoment } from "./mixture.ts";

const one = identity(1);
const two = identity(2);
const huge = (matrix = two) => scale(matrix, 1e200);

describe("moments of no law are refused", () => {
  test("a radial factor below the sphere's, which would make E‖x‖⁴ < (E‖x‖²)²", () => {
    expect(() => sphereRadialFactor(0)).toThrowError(/whole dimension, at least 1/);
    expect(() => sphereRadialFactor(NaN)).toThrowError(/whole dimension/);
    expect(() => ellipticalFourthMoment(two, 0.49, two)).toThrowError(/at least \(E‖x‖²\)²/);
    expect(ellipticalFourthMoment(two, sphereRadialFactor(2), two).values[0]).toBe(2);
    // On a line of the plane the smallest factor is that of a sign, 1/3.
    expect(
      ellipticalFourthMoment(
        matrixFromRows([
          [3, 0],
          [0, 0],
        ]),
        1 / 3,
        two,
      ).values[0],
    ).toBeCloseTo(9, 14);
  });

  test("a covariance that is not symmetric or not positive", () => {
    expect(() =>
      ellipticalFourthMoment(
        matrixFromRows([
          [1, 2],
          [2, 1],
        ]),
        1,
        two,
      ),
    ).toThrowError(/semidefinite/);
    expect(() =>
      ellipticalFourthMoment(
        matrixFromRows([
          [1, 2],
          [0, 1],
        ]),
        1,
        two,
      ),
    ).toThrowError(/symmetric/);
  });

  test("a kurtosis below 1", () => {
    expect(() => productFourthMoment(two, 0.5, two)).toThrowError(/at least \(E z²\)² = 1/);
    expect(() => productFourthMoment(two, NaN, two)).toThrowError(/finite kurtosis/);
  });

  test("weights that are no probabilities, and components of several dimensions", () => {
    const mixture = (weights: number[]) => ({ weights, means: [[0], [1]], covariances: [one, one] });
    for (const weights of [
      [NaN, 1],
      [2, -1],
    ]) {
      expect(() => mixtureSecondMoment(mixture(weights))).toThrowError(/weights of the components \(entry/);
    }
    expect(() => mixtureSecondMoment(mixture([0.5, 0.2]))).toThrowError(/sum to 1; got 2 of them with sum 0.7/);
    expect(() => mixtureSecondMoment({ weights: [1], means: [[0, 1]], covariances: [one] })).toThrowError(/means\[0\]/);
    expect(() => mixtureSecondMoment({ weights: [1], means: [[NaN]], covariances: [one] })).toThrowError(/means\[0\]/);
    const negative = { weights: [1], means: [[2]], covariances: [scale(one, -1)] };
    expect(() => mixtureFourthMoment(negative, one)).toThrowError(/semidefinite/);
  });

  test("noise of negative variance, or of a variance that falls below 0 far out", () => {
    const noise = { variance: 1, slope: 1, covariates: one, fourthMoment: scale(one, 3) };
    expect(() => heteroscedasticNoiseMoment({ ...noise, variance: -1 })).toThrowError(/noise variance, at least 0/);
    expect(() => heteroscedasticNoiseMoment({ ...noise, slope: NaN })).toThrowError(/slope, at least 0; got NaN/);
    expect(() => heteroscedasticNoiseMoment({ ...noise, slope: -0.5 })).toThrowError(/slope, at least 0; got -0.5/);
    expect(() => heteroscedasticNoiseMoment({ ...noise, fourthMoment: two })).toThrowError(/fourthMoment to be 1×1/);
  });

  test("chains of no length and correlations beyond 1", () => {
    expect(() => ar1SquaredCorrelations(0, 0.5)).toThrowError(/context length/);
    expect(() => ar1SquaredCorrelations(3, NaN)).toThrowError(/1 − \|ρ\|/);
  });

  test("numbers that overflow when multiplied", () => {
    const law = { contextLength: 2, covariates: two, tasks: two, noiseVariance: 0 };
    expect(() => productFourthMoment(huge(), 3, two)).toThrowError(/range of floating point/);
    expect(() => ellipticalFourthMoment(huge(), 1, two)).toThrowError(/range of floating point/);
    expect(() =>
      linearMoments({ ...law, contextLength: 100, tasks: scale(two, 1e306), fourthMoment: two }),
    ).toThrowError(/range of floating point/);
    const setting = { contextLength: 2, covariates: isotropic(2, 1e200), tasks: isotropic(2), noiseVariance: 0 };
    expect(() => gaussianLinearMoments(setting)).toThrowError(/range of floating point/);
    expect(() => correlatedRowMoments(setting, 2)).toThrowError(/range of floating point/);
  });
});
