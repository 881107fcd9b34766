import {
  add,
  covariance,
  identity,
  matrixFromRows,
  multiply,
  outer,
  scale,
  transpose,
  zeros,
  type Matrix,
} from "@onestep/core";
import { anyCovariance, anyMatrix, expectClose, expectMatrixClose } from "@onestep/testkit";
import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { ar1SquaredCorrelations, correlatedRowMoments } from "./correlated-rows.ts";
import {
  ellipticalFourthMoment,
  gaussianFourthMoment,
  heteroscedasticNoiseMoment,
  productFourthMoment,
} from "./fourth-moment.ts";
import { sphereRadialFactor, studentKurtosis, studentRadialFactor } from "./kurtosis.ts";
import { mixtureFourthMoment, mixtureSecondMoment } from "./mixture.ts";
import { gaussianLinearMoments } from "./gaussian-linear.ts";
import { linearMoments } from "./linear.ts";

/** E[x xᵀΩx xᵀ] of a law with finitely many values, added up. */
function enumerated(points: readonly { x: readonly number[]; probability: number }[], tasks: Matrix): Matrix {
  const d = tasks.rows;
  return points
    .map(({ x, probability }) => {
      const energy = multiply(matrixFromRows([[...x]]), tasks, matrixFromRows(x.map((value) => [value]))).values[0];
      return scale(outer(x, x), energy * probability);
    })
    .reduce((sum, term) => add(sum, term), zeros(d, d));
}

/** All points A z where the coordinates of z take −1/√p, 0, 1/√p: mean 0, variance 1, kurtosis 1/p for P(z ≠ 0) = p. */
function threePointLaw(mixing: Matrix, kurtosis: number): { x: number[]; probability: number }[] {
  const p = 1 / kurtosis;
  const size = Math.sqrt(kurtosis);
  let points: { z: number[]; probability: number }[] = [{ z: [], probability: 1 }];
  for (let k = 0; k < mixing.columns; k++) {
    points = points.flatMap(({ z, probability }) => [
      { z: [...z, -size], probability: (probability * p) / 2 },
      { z: [...z, 0], probability: probability * (1 - p) },
      { z: [...z, size], probability: (probability * p) / 2 },
    ]);
  }
  return points
    .filter(({ probability }) => probability > 0)
    .map(({ z, probability }) => ({
      x: Array.from(multiply(mixing, matrixFromRows(z.map((value) => [value]))).values),
      probability,
    }));
}

describe("fourth-moment operators", () => {
  test("a product law of any kurtosis agrees with the enumeration of three-point coordinates", () => {
    const anyCase = constantFrom(1, 2, 3).chain((d) =>
      tuple(anyMatrix(d, 3), anyMatrix(d, d), constantFrom(1, 9 / 5, 3, 6, 9)),
    );
    assert(
      property(anyCase, ([mixing, half, kurtosis]) => {
        const tasks = add(half, transpose(half));
        const expected = enumerated(threePointLaw(mixing, kurtosis), tasks);
        // Entries are sums of 27 products of size ≤ 9·(4·3·4)⁴.
        expectMatrixClose(
          productFourthMoment(mixing, kurtosis, tasks),
          expected,
          2 ** -40 * (1 + Math.max(...expected.values.map(Math.abs))),
        );
      }),
    );
  });

  test("a matrix between x and xᵀ enters by its symmetric part", () => {
    const skewed = matrixFromRows([
      [1, 4],
      [0, 2],
    ]);
    const mixing = matrixFromRows([
      [1, 0.5],
      [0, 2],
    ]);
    const points = threePointLaw(mixing, 3);
    expectMatrixClose(productFourthMoment(mixing, 3, skewed), enumerated(points, skewed), 1e-12);
    expectMatrixClose(
      gaussianFourthMoment(multiply(mixing, transpose(mixing)), skewed),
      enumerated(points, skewed),
      1e-12,
    );
  });

  test("kurtosis 3 is the Gaussian law", () => {
    assert(
      property(tuple(anyMatrix(2, 3), anyMatrix(2, 2)), ([mixing, half]) => {
        const tasks = add(half, transpose(half));
        const gaussian = gaussianFourthMoment(multiply(mixing, transpose(mixing)), tasks);
        expectMatrixClose(
          productFourthMoment(mixing, 3, tasks),
          gaussian,
          2 ** -40 * (1 + Math.max(...gaussian.values.map(Math.abs))),
        );
      }),
    );
  });

  test("the sphere in two dimensions agrees with an average over 16 directions, exact for degree 4", () => {
    const points = Array.from({ length: 16 }, (_, k) => {
      const angle = (2 * Math.PI * k) / 16;
      return { x: [Math.SQRT2 * Math.cos(angle), Math.SQRT2 * Math.sin(angle)], probability: 1 / 16 };
    });
    const tasks = matrixFromRows([
      [2, 0.3],
      [0.3, -1],
    ]);
    expectMatrixClose(
      ellipticalFourthMoment(identity(2), sphereRadialFactor(2), tasks),
      enumerated(points, tasks),
      1e-14,
    );
  });

  test("a mixture of two points without spread is that enumeration, and its second moment too", () => {
    const means = [
      [1, -2],
      [0.5, 3],
    ];
    const mixture = { weights: [0.25, 0.75], means, covariances: [zeros(2, 2), zeros(2, 2)] };
    const points = means.map((x, k) => ({ x, probability: mixture.weights[k] }));
    const tasks = matrixFromRows([
      [1, 0.5],
      [0.5, 2],
    ]);
    expectMatrixClose(mixtureFourthMoment(mixture, tasks), enumerated(points, tasks), 1e-12);
    expectMatrixClose(
      mixtureSecondMoment(mixture),
      points.map(({ x, probability }) => scale(outer(x, x), probability)).reduce((a, b) => add(a, b)),
      1e-14,
    );
  });

  test("a one-dimensional mixture has E x⁴ = Σ π(3s² + 6sμ² + μ⁴)", () => {
    const mixture = {
      weights: [0.3, 0.7],
      means: [[1.5], [-0.5]],
      covariances: [matrixFromRows([[0.4]]), matrixFromRows([[2]])],
    };
    const expected = 0.3 * (3 * 0.16 + 6 * 0.4 * 2.25 + 1.5 ** 4) + 0.7 * (3 * 4 + 6 * 2 * 0.25 + 0.5 ** 4);
    expectClose(mixtureFourthMoment(mixture, identity(1)).values, [expected], 1e-13);
  });

  test("Student moments need more than four degrees of freedom", () => {
    expect(studentKurtosis(1e9)).toBeCloseTo(3, 7);
    expect(() => studentRadialFactor(4)).toThrowError(/more than 4 degrees of freedom/);
  });

  test("noise that grows with ‖x‖ has E[σ²(x) x xᵀ] as enumerated", () => {
    const points = threePointLaw(identity(2), 2);
    const [variance, slope] = [0.5, 0.8];
    const expected = points
      .map(({ x, probability }) =>
        scale(outer(x, x), probability * variance * (1 + (slope * (x[0] ** 2 + x[1] ** 2)) / 2)),
      )
      .reduce((a, b) => add(a, b));
    const fourthMoment = productFourthMoment(identity(2), 2, identity(2));
    expectMatrixClose(
      heteroscedasticNoiseMoment({ variance, slope, covariates: identity(2), fourthMoment }),
      expected,
      1e-14,
    );
  });
});

describe("moments of prompts", () => {
  test("the Gaussian law is the linear law with its fourth moment", () => {
    assert(
      property(
        tuple(anyCovariance(3), anyCovariance(3), constantFrom(1, 2, 17), constantFrom(0, 0.7)),
        ([covariates, tasks, contextLength, noiseVariance]) => {
          const direct = gaussianLinearMoments({ contextLength, covariates, tasks, noiseVariance });
          const fourthMoment = gaussianFourthMoment(covariates.matrix, tasks.matrix);
          const assembled = linearMoments({
            contextLength,
            covariates: covariates.matrix,
            tasks: tasks.matrix,
            fourthMoment,
            noiseVariance,
          });
          expectMatrixClose(assembled.crossMoment, direct.crossMoment, 1e-9);
          expectMatrixClose(assembled.strata[0].stepMoment, direct.strata[0].stepMoment, 1e-6);
        },
      ),
    );
  });

  test("correlated rows end at independent rows (s₂ = n) and at one row repeated (s₂ = n²)", () => {
    const sigma = covariance(
      matrixFromRows([
        [2, 0.5],
        [0.5, 1],
      ]),
    );
    const tasks = covariance(
      matrixFromRows([
        [1, 0.3],
        [0.3, 0.7],
      ]),
    );
    const setting = { contextLength: 5, covariates: sigma, tasks, noiseVariance: 0.4 };
    expectMatrixClose(
      correlatedRowMoments(setting, 5).strata[0].stepMoment,
      gaussianLinearMoments(setting).strata[0].stepMoment,
      1e-12,
    );
    // b = n x⟨w, x⟩ + x Σε: n² E[⟨w, x⟩² x xᵀ] + nσ²Σ.
    const repeated = add(scale(gaussianFourthMoment(sigma.matrix, tasks.matrix), 25), scale(sigma.matrix, 5 * 0.4));
    expectMatrixClose(correlatedRowMoments(setting, 25).strata[0].stepMoment, repeated, 1e-12);
    expect(() => correlatedRowMoments(setting, 4)).toThrowError(/sum of squared correlations/);
  });

  test("AR(1): closed form and sum over all pairs agree, from ρ = 0 to ρ = ±1 and across the switch between them", () => {
    for (const n of [1, 2, 7, 100]) {
      for (const rho of [0, 0.3, -0.7, 0.99, 0.999, 0.9999999, 1, -1]) {
        let sum = 0;
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += rho ** (2 * Math.abs(i - j));
        expectClose(ar1SquaredCorrelations(n, rho), sum, 1e-12 * sum);
      }
    }
    expect(() => ar1SquaredCorrelations(3, 1.01)).toThrowError(/1 − \|ρ\|/);
  });

  test("AR(1): chains too long to add up agree with the integral that they tend to", () => {
    for (const [n, rho] of [
      [1e9, 1 - 2 ** -30],
      [1e12, 1 - 2 ** -42],
    ]) {
      const x = -n * Math.log1p((rho - 1) * (rho + 1));
      const limit = (2 * (x - 1 + Math.exp(-x))) / (x * x);
      // The midpoint rule on n² cells is off by a share of 1/n² only.
      expectClose(ar1SquaredCorrelations(n, rho) / (n * n), limit, 1e-13);
    }
  });
});
