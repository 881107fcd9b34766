import { covariance, diagonal, isotropic, matrixFromRows, type Covariance } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { rotationInvariantLaw, signalSpectrum, whitenedLaw } from "./isotropic.ts";

const sizes = { contextLength: 7, noiseVariance: 0.3 };
const law = (covariates: Covariance, tasks: Covariance) => ({ ...sizes, covariates, tasks });

describe("the isotropic law of rotation-equivariant estimators", () => {
  test("scales Σ = sI away and keeps the trace of Ω, ω² = s tr(Ω)/d", () => {
    expect(rotationInvariantLaw("f", law(isotropic(2, 4), covariance(diagonal([1, 3]))))).toEqual({
      ...sizes,
      dimension: 2,
      taskVariance: 8,
      covariateVariance: 4,
    });
    expect(rotationInvariantLaw("f", { ...sizes, dimension: 5 })).toEqual({
      ...sizes,
      dimension: 5,
      taskVariance: 1,
      covariateVariance: 1,
    });
  });

  test("takes a Σ that is a multiple of I to 12 digits, of whatever size, and no other", () => {
    const tasks = isotropic(2);
    for (const size of [1e-30, 1, 1e30]) {
      for (const [digits, isTaken] of [
        [2 ** -41, true],
        [-(2 ** -41), true],
        [2 ** -38, false],
      ] as const) {
        const unequal = covariance(diagonal([size, size * (1 + digits)]));
        const correlated = covariance(
          matrixFromRows([
            [size, size * digits],
            [size * digits, size],
          ]),
        );
        for (const covariates of [unequal, correlated]) {
          const read = () => rotationInvariantLaw("f", law(covariates, tasks));
          if (isTaken) expect(read).not.toThrow();
          else expect(read).toThrowError("f: expected isotropic covariates, Σ = sI with s > 0");
        }
      }
    }
    expect(() => rotationInvariantLaw("f", law(isotropic(2, 0), tasks))).toThrowError("with s > 0");
    expect(() => rotationInvariantLaw("f", { ...law(isotropic(2), tasks), noiseVariance: -1 })).toThrowError(
      "f: expected a finite noise variance",
    );
  });
});

describe("the isotropic law of estimators that know Σ and Ω", () => {
  test("is that of the support of ΣΩ", () => {
    const read = (covariates: Covariance, tasks: Covariance) => whitenedLaw("f", law(covariates, tasks));
    const [sigma, omega] = [covariance(diagonal([2, 0.5, 3])), covariance(diagonal([3, 12, 0]))];
    const { taskVariance, ...rest } = read(sigma, omega);
    expect(rest).toEqual({ ...sizes, dimension: 2 });
    expectClose(taskVariance, 6, 1e-14);
    expect(read(sigma, isotropic(3, 0))).toEqual({ ...sizes, dimension: 3, taskVariance: 0 });
    expect(() => read(sigma, isotropic(2))).toThrowError("f: expected tasks of the covariates' dimension, 3");
  });

  test("needs equal eigenvalues, to 12 digits or to what the condition of Σ leaves of them, never under 6", () => {
    const tolerated = (condition: number, digits: number) => () =>
      whitenedLaw(
        "f",
        law(covariance(diagonal([1, 1 / condition])), covariance(diagonal([1, condition * (1 + digits)]))),
      );
    for (const [condition, digits] of [
      [1, 2 ** -40],
      // 64 d roundings of a product of size ‖Σ‖ ‖Ω‖
      [1e6, 128 * 2 ** -53 * 1e6],
      [1e10, 2 ** -20],
    ]) {
      expect(tolerated(condition, digits / 1.5)).not.toThrow();
      expect(tolerated(condition, digits * 1.5)).toThrowError("so that whitened covariates are isotropic");
    }
  });

  test("has no negative eigenvalue where Σ and Ω share no direction", () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const one = covariance(
      matrixFromRows([
        [c * c, c * s],
        [c * s, s * s],
      ]),
    );
    const other = covariance(
      matrixFromRows([
        [s * s, -c * s],
        [-c * s, c * c],
      ]),
    );
    const spectrum = signalSpectrum(law(one, other));
    expectClose(spectrum, [0, 0], 1e-15);
    expect(Math.min(...spectrum)).toBeGreaterThanOrEqual(0);
  });
});
