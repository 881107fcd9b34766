import { covariance, identity, isotropic, matrix, scale } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { offDiagonalError, relativeDistance } from "./preconditioner-distance.ts";

describe("relativeDistance", () => {
  it("is ‖Γ − Γ*‖_F in units of ‖Γ*‖_F", () => {
    const optimum = matrix(2, 2, [3, 0, 0, 4]);
    expect(relativeDistance(matrix(2, 2, [3, 3, 4, 4]), optimum)).toBe(1);
    expect(relativeDistance(optimum, optimum)).toBe(0);
    expectClose(relativeDistance(scale(optimum, 1.02), optimum), 0.02, 4 * Number.EPSILON);
  });
});

describe("offDiagonalError", () => {
  it("is the root mean square of off-diagonal entries, in units of the mean eigenvalue", () => {
    // Entries (3, 4) have root mean square √12.5; Γ* = 5I has mean eigenvalue 5.
    const step = matrix(2, 2, [9, 3, 4, -9]);
    expectClose(offDiagonalError(step, scale(identity(2), 5), isotropic(2)), Math.sqrt(12.5) / 5, 8 * Number.EPSILON);
  });

  it("is blind to the diagonal, and so to the size of the step", () => {
    expect(offDiagonalError(scale(identity(3), 7), scale(identity(3), 5), isotropic(3))).toBe(0);
  });

  it("is measured where the covariates are white: Σ^{1/2}(Γ − Γ*)Σ^{1/2}", () => {
    const covariates = covariance(matrix(2, 2, [4, 0, 0, 9]));
    // 2·(1)·3 off the diagonal; Σ^{1/2}Γ*Σ^{1/2} = diag(4, 9)/6 has mean 13/12.
    const step = matrix(2, 2, [1 / 6, 1, 1, 1 / 6]);
    expectClose(offDiagonalError(step, scale(identity(2), 1 / 6), covariates), 6 / (13 / 12), 64 * Number.EPSILON);
  });

  it("is zero in one dimension, which has nothing off its diagonal", () => {
    expect(offDiagonalError(matrix(1, 1, [2]), matrix(1, 1, [1]), isotropic(1))).toBe(0);
  });
});
