import { diagonal, matrixFromRows, NumericalError, symmetricPart, zeros, type Matrix } from "@onestep/core";
import { expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { requireSemidefinite } from "./require-semidefinite.ts";
import { symmetrised } from "./symmetrised.ts";

describe("a second moment that was formed by products", () => {
  const bent = (asymmetry: number) =>
    matrixFromRows([
      [4, 1 + asymmetry],
      [1, 2],
    ]);

  test("is symmetrised where its asymmetry is rounding, 2⁻²⁰ of its largest entry, and left alone where it is not", () => {
    const slight = 2 ** -19;
    expectMatrixClose(symmetrised(bent(slight)), symmetricPart(bent(slight)), 0);
    expectMatrixClose(symmetrised(bent(4 * 2 ** -20)), symmetricPart(bent(4 * 2 ** -20)), 0);
    expectMatrixClose(symmetrised(bent(5 * 2 ** -20)), bent(5 * 2 ** -20), 0);
    expectMatrixClose(symmetrised(zeros(2, 3)), zeros(2, 3), 0);
  });

  test("is refused with what is wrong: its asymmetry, or its least eigenvalue beyond rounding", () => {
    const require = (moment: Matrix): void => requireSemidefinite("f", "a moment", moment);
    expect(() => require(bent(0.5))).toThrowError(/a moment to be symmetric.* differs from its transpose by 0\.5/);
    expect(() => require(diagonal([4, -1]))).toThrowError(/the eigenvalue -1/);
    expect(() => require(diagonal([4, -5 * 2 ** -20]))).toThrowError(NumericalError);
    for (const fine of [diagonal([4, -3 * 2 ** -20]), diagonal([4, 0]), bent(2 ** -20), zeros(3, 3)]) require(fine);
  });
});
