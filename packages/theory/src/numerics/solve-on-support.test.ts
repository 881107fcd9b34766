import { diagonal, identity, matrixFromRows, multiply, solve, transpose, zeros } from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { solveOnSupport, supportOf } from "./solve-on-support.ts";

describe("solveOnSupport", () => {
  test("solves a definite system, and a singular one with the least norm", () => {
    expectMatrixClose(
      solveOnSupport(
        matrixFromRows([
          [4, 2],
          [2, 10],
        ]),
        matrixFromRows([[8], [22]]),
      ),
      [[1], [2]],
      1e-15,
    );
    expectMatrixClose(
      solveOnSupport(
        matrixFromRows([
          [1, 1],
          [1, 1],
        ]),
        matrixFromRows([[2], [2]]),
      ),
      [[1], [1]],
      1e-15,
    );
    expectMatrixClose(solveOnSupport(zeros(2, 2), matrixFromRows([[0], [0]])), zeros(2, 1), 0);
  });

  test("solves for several columns at once, and does not touch what it is given", () => {
    const a = matrixFromRows([
      [4, 2, -1, 0.5],
      [2, 10, 3, 1],
      [-1, 3, 9, -2],
      [0.5, 1, -2, 3],
    ]);
    const x = matrixFromRows([
      [1, -2, 0],
      [0.5, 3, 1],
      [2, 0, -1],
      [-3, 4, 0.25],
    ]);
    const b = multiply(a, x);
    const given = b.values.slice();
    expectMatrixClose(solveOnSupport(a, b), x, 1e-14);
    expect(b.values).toEqual(given);
    // Rank 2: the part of x that a sees, P x with P on the span of the first two coordinates' images.
    const half = matrixFromRows([
      [1, 0],
      [2, 1],
      [0, -1],
      [1, 1],
    ]);
    const singular = multiply(half, transpose(half));
    const projection = multiply(half, solve(multiply(transpose(half), half), transpose(half)));
    expectMatrixClose(solveOnSupport(singular, multiply(singular, x)), multiply(projection, x), 1e-12);
  });

  test("a badly scaled diagonal is not mistaken for a singular matrix", () => {
    expectMatrixClose(solveOnSupport(diagonal([1, 1e-30]), matrixFromRows([[1], [1e-30]])), [[1], [1]], 1e-15);
  });

  test("an asymmetric matrix is refused", () => {
    expect(() =>
      solveOnSupport(
        matrixFromRows([
          [1, 2],
          [0, 1],
        ]),
        identity(2),
      ),
    ).toThrowError(/symmetric/);
  });

  test("the support of a projection is its range", () => {
    const { values, vectors } = supportOf(
      matrixFromRows([
        [0.5, 0.5],
        [0.5, 0.5],
      ]),
    );
    expectClose(values, [1], 1e-15);
    expectClose(Math.abs(vectors.values[0]), Math.SQRT1_2, 1e-15);
  });

  test("the support of the zero matrix is one zero column", () => {
    const { values, vectors } = supportOf(zeros(3, 3));
    expectClose(values, [1], 0);
    expectMatrixClose(vectors, zeros(3, 1), 0);
  });

  test("an eigenvalue counts above 16·d·2⁻⁵³ of the largest", () => {
    const heard = (share: number): number => supportOf(diagonal([share * 2 ** -53 * 5, 5, 1])).values.length;
    expect([heard(47), heard(48), heard(49)]).toEqual([2, 2, 3]);
  });
});
