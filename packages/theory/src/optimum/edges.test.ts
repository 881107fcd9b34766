import {
  add,
  covariance,
  covarianceFromSpectrum,
  diagonal,
  frobeniusNorm,
  isotropic,
  matrixFromRows,
  maxAbs,
  multiply,
  openStream,
  randomKey,
  scale,
  subtract,
  symmetricEigen,
  toRows,
  trace,
  transpose,
  zeros,
  type GaussianLinearSetting,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { linearMoments } from "../moments/linear.ts";
import { productFourthMoment } from "../moments/fourth-moment.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { lossGradient, pretrainingLoss } from "../risk/pretraining-loss.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { optimalStepLoss } from "./step-size.ts";
import { optimalStep } from "./step.ts";

/** An orthogonal matrix without structure: eigenvectors of a random symmetric one. */
function someRotation(d: number): Matrix {
  const draws = new Float64Array(d * d);
  openStream(randomKey(3)).fillNormals(draws, 0, d * d);
  const square: Matrix = { rows: d, columns: d, values: draws };
  return symmetricEigen(add(square, transpose(square))).vectors;
}

/** Γ* in the eigenbasis of a setting with Σ = V diag(λ) Vᵀ and Ω = I: 1/((n+1)λ + τ). */
function inEigenbasis(lambda: readonly number[], n: number, noiseVariance: number): number[] {
  const tau = lambda.reduce((sum, value) => sum + value, noiseVariance);
  return lambda.map((value) => 1 / ((n + 1) * value + tau));
}

describe("optimalStep at the edges", () => {
  test("a diagonal Σ of condition 1e12 and n = 1e6 keep full precision", () => {
    const lambda = [1, 1e-3, 1e-6, 1e-9, 1e-12];
    const setting = {
      contextLength: 1_000_000,
      covariates: covariance(diagonal(lambda)),
      tasks: isotropic(5),
      noiseVariance: 0,
    };
    const expected = inEigenbasis(lambda, 1_000_000, 0);
    for (const step of [
      optimalStep(gaussianLinearMoments(setting)).value.preconditioner,
      optimalPreconditioner(setting).value,
    ]) {
      expected.forEach((gamma, i) => expectClose(step.values[6 * i], gamma, 64 * 2 ** -53 * gamma));
    }
  });

  test.each([1e-6, 1e-9, 1e-12, 1e-14])(
    "a rotated Σ with least eigenvalue %f: the closed form loses nothing, the engine nothing that the loss can see",
    (least) => {
      const lambda = [least, 1e-4, 1e-2, 1];
      const basis = someRotation(4);
      const setting = {
        contextLength: 50,
        covariates: covarianceFromSpectrum(lambda, basis),
        tasks: isotropic(4),
        noiseVariance: 0.1,
      };
      const gammas = inEigenbasis(lambda, 50, 0.1);
      const expected = multiply(basis, diagonal(gammas), transpose(basis));
      expectMatrixClose(optimalPreconditioner(setting).value, expected, 1e-13 * maxAbs(expected));
      const tau = lambda.reduce((sum, value) => sum + value, 0.1);
      const minimum = lambda.reduce((sum, value, i) => sum - 50 * value * value * gammas[i], tau);
      const moments = gaussianLinearMoments(setting);
      const { preconditioner, loss } = optimalStep(moments).value;
      // τ is a sum of products of d terms with rounding 2⁻⁵³ each, n of them in A.
      const rounding = 50 * 4 * 2 ** -53 * tau;
      expectClose(loss, minimum, rounding);
      expectClose(pretrainingLoss(moments, preconditioner).value, minimum, rounding);
      expect(maxAbs(preconditioner)).toBeLessThan(2 * maxAbs(expected));
    },
  );

  test("d = 512 is solved, and agrees with the closed form", () => {
    const d = 512;
    const lambda = Float64Array.from({ length: d }, (_, i) => 1 / (1 + i));
    const expected = inEigenbasis(Array.from(lambda), 1000, 0.5);
    const tau = lambda.reduce((sum, value) => sum + value, 0.5);
    const { preconditioner } = optimalStep({
      contextLength: 1000,
      dimension: d,
      crossMoment: diagonal(lambda.map((value) => 1000 * value * value)),
      strata: [
        {
          probability: 1,
          querySecondMoment: diagonal(lambda),
          stepMoment: diagonal(lambda.map((value) => 1000 * value * (1001 * value + tau))),
        },
      ],
      responseSecondMoment: tau,
      evenPartDecouples: "proved",
    }).value;
    expected.forEach((gamma, i) => expectClose(preconditioner.values[i * (d + 1)], gamma, 1e-13 * gamma));
  });

  test("a singular Ω: Γ* lives in its support and is the limit of regular ones", () => {
    const covariates = covariance(
      matrixFromRows([
        [2, 0.5, 0],
        [0.5, 1, -0.3],
        [0, -0.3, 0.6],
      ]),
    );
    const direction = matrixFromRows([
      [1, 2, -1],
      [2, 4, -2],
      [-1, -2, 1],
    ]);
    const at = (epsilon: number): GaussianLinearSetting => ({
      contextLength: 6,
      covariates,
      tasks: covariance(add(direction, scale(isotropic(3).matrix, epsilon))),
      noiseVariance: 0.4,
    });
    const limit = optimalPreconditioner(at(0)).value;
    expectMatrixClose(optimalPreconditioner(at(1e-9)).value, limit, 1e-8);
    expectMatrixClose(optimalStep(gaussianLinearMoments(at(0))).value.preconditioner, limit, 1e-12);
    expectMatrixClose(multiply(limit, matrixFromRows([[2], [-1], [0]])), zeros(3, 1), 1e-15);
  });

  test("a singular Σ: the engine and the closed form stay on its support, and are one minimizer", () => {
    const covariates = covariance(
      matrixFromRows([
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 2],
      ]),
    );
    const setting = { contextLength: 6, covariates, tasks: isotropic(3), noiseVariance: 0.4 };
    const moments = gaussianLinearMoments(setting);
    const step = optimalStep(moments).value.preconditioner;
    expectMatrixClose(multiply(step, matrixFromRows([[1], [-1], [0]])), zeros(3, 1), 1e-14);
    expect(maxAbs(lossGradient(moments, step).value)).toBeLessThan(1e-12);
    expectMatrixClose(optimalPreconditioner(setting).value, step, 1e-14);
  });

  test("no signal and no noise: nothing to learn, and the step is 0", () => {
    const setting = { contextLength: 6, covariates: isotropic(2), tasks: isotropic(2, 0), noiseVariance: 0 };
    expect(toRows(optimalPreconditioner(setting).value)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(optimalStep(gaussianLinearMoments(setting)).value).toEqual({ preconditioner: zeros(2, 2), loss: 0 });
  });

  test("limits: n → ∞ leaves σ² + (d+1+σ²)d/n, σ → ∞ leaves the signal, d = 1 is a scalar", () => {
    const long = optimalStepLoss({ contextLength: 1_000_000, dimension: 5, noiseVariance: 0.5 }).value;
    expectClose(long - 0.5, (6.5 * 5) / 1e6, 1e-3 * ((6.5 * 5) / 1e6));
    const loud = optimalStepLoss({ contextLength: 20, dimension: 5, noiseVariance: 1e9 }).value;
    expectClose(loud - 1e9, 5, 1e-5);
    const line = optimalStep(
      gaussianLinearMoments({ contextLength: 4, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 1 }),
    ).value;
    expectClose([line.preconditioner.values[0], line.loss], [1 / 7, 2 - 4 / 7], 1e-15);
  });

  test("Γ* is not symmetrised: a product law with a prior that is not aligned with its coordinates", () => {
    const mixing = matrixFromRows([
      [1.2, 0, 0.3],
      [0.4, 0.9, 0],
      [0, -0.5, 1],
    ]);
    const tasks = matrixFromRows([
      [1, 0.2, 0.1],
      [0.2, 0.5, 0],
      [0.1, 0, 1.5],
    ]);
    const covariates = multiply(mixing, transpose(mixing));
    const moments = linearMoments({
      contextLength: 6,
      covariates,
      tasks,
      fourthMoment: productFourthMoment(mixing, 6, tasks),
      noiseVariance: 0.4,
    });
    const step = optimalStep(moments).value.preconditioner;
    expect(frobeniusNorm(subtract(step, transpose(step)))).toBeGreaterThan(0.001);
    expect(maxAbs(lossGradient(moments, step).value)).toBeLessThan(1e-12);
  });

  test("refuses moments that are not: NaN, wrong size, probabilities that do not sum to 1", () => {
    const good = gaussianLinearMoments({
      contextLength: 6,
      covariates: isotropic(2),
      tasks: isotropic(2),
      noiseVariance: 0.4,
    });
    const broken =
      (change: Partial<PromptMoments>): (() => unknown) =>
      () =>
        optimalStep({ ...good, ...change });
    expect(broken({ responseSecondMoment: NaN })).toThrowError(/second moment of the response/);
    expect(broken({ crossMoment: zeros(3, 3) })).toThrowError(/crossMoment to be 2×2/);
    expect(broken({ crossMoment: { rows: 2, columns: 2, values: Float64Array.of(1, NaN, 0, 1) } })).toThrowError(
      /finite entry of crossMoment/,
    );
    expect(broken({ strata: [{ ...good.strata[0], probability: 0.5 }] })).toThrowError(/sum to 1/);
    expect(
      broken({
        strata: [
          {
            ...good.strata[0],
            stepMoment: matrixFromRows([
              [1, 2],
              [0, 1],
            ]),
          },
        ],
      }),
    ).toThrowError(/symmetric/);
    expect(() =>
      gaussianLinearMoments({ contextLength: 0, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 }),
    ).toThrowError(/context length/);
    expect(() =>
      gaussianLinearMoments({ contextLength: 1, covariates: isotropic(2), tasks: isotropic(3), noiseVariance: 0 }),
    ).toThrowError(/dimension/);
    expect(() =>
      gaussianLinearMoments({ contextLength: 1, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: -1 }),
    ).toThrowError(/noise variance/);
  });
});

describe("several strata", () => {
  /** With everything diagonal the stationarity equation splits into d² scalar ones. */
  const diagonalStrata = (d: number): PromptMoments => {
    const parts = [0, 1].map((k) => ({
      probability: k === 0 ? 0.4 : 0.6,
      moments: gaussianLinearMoments({
        contextLength: 6 + k,
        covariates: covariance(diagonal(Array.from({ length: d }, (_, i) => 1 + ((i * (k + 3)) % 5)))),
        tasks: covariance(diagonal(Array.from({ length: d }, (_, i) => 1 / (1 + i)))),
        noiseVariance: 0.3,
      }),
    }));
    return stratifiedMoments(parts);
  };

  test.each([3, 30])("d = %i: Kronecker system and conjugate gradients solve the scalar equations", (d) => {
    const moments = diagonalStrata(d);
    const { preconditioner, loss } = optimalStep(moments).value;
    for (let i = 0; i < d; i++) {
      const curvature = moments.strata.reduce(
        (sum, { probability, querySecondMoment, stepMoment }) =>
          sum + probability * querySecondMoment.values[i * (d + 1)] * stepMoment.values[i * (d + 1)],
        0,
      );
      const expected = moments.crossMoment.values[i * (d + 1)] / curvature;
      expectClose(preconditioner.values[i * (d + 1)], expected, 1e-12 * expected);
    }
    expect(
      maxAbs(
        subtract(preconditioner, diagonal(Array.from({ length: d }, (_, i) => preconditioner.values[i * (d + 1)]))),
      ),
    ).toBeLessThan(1e-14);
    expectClose(loss, moments.responseSecondMoment - trace(multiply(preconditioner, moments.crossMoment)), 1e-12);
  });

  test("conjugate gradients agree with the direct system on rotated covariances", () => {
    const d = 26;
    const basis = someRotation(d);
    const rotate = (matrix: Matrix): Matrix => multiply(basis, matrix, transpose(basis));
    const straight = diagonalStrata(d);
    const rotated: PromptMoments = {
      ...straight,
      crossMoment: rotate(straight.crossMoment),
      strata: straight.strata.map((stratum) => ({
        ...stratum,
        querySecondMoment: rotate(stratum.querySecondMoment),
        stepMoment: rotate(stratum.stepMoment),
      })),
    };
    expectMatrixClose(
      optimalStep(rotated).value.preconditioner,
      rotate(optimalStep(straight).value.preconditioner),
      1e-12,
    );
  });
});
