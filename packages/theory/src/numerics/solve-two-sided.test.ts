import { diagonal, matrixFromRows, multiply, scale, zeros } from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { choleskyOrNull } from "./solve-on-support.ts";
import { definiteSolver, leastPivot, restrictedTo, twoSidedSolver } from "./solve-two-sided.ts";

describe("twoSidedSolver", () => {
  test("one singular side leaves the solution in its range, whatever the scales", () => {
    const left = matrixFromRows([
      [1, 100, 0],
      [100, 10000, 0],
      [0, 0, 2],
    ]);
    const right = matrixFromRows([
      [2, 0.5, 0],
      [0.5, 1, 0],
      [0, 0, 1e-12],
    ]);
    const solution = matrixFromRows(
      [
        [1, 2, 0],
        [100, 200, 3e2],
        [0, 1, 5],
      ].map((row, i) => (i === 0 ? [1, 2, 3] : row)),
    );
    const rhs = multiply(left, solution, right);
    expectMatrixClose(twoSidedSolver(left, right)(rhs), solution, 1e-10);
    for (const unit of [1e-9, 1e9]) {
      expectMatrixClose(scale(twoSidedSolver(left, right)(scale(rhs, unit)), 1 / unit), solution, 1e-10);
      expectMatrixClose(scale(twoSidedSolver(scale(left, unit), right)(rhs), unit), solution, 1e-10);
    }
  });

  test("both sides definite: X, whatever its shape", () => {
    const left = matrixFromRows([
      [2, 0.5, 0.25],
      [0.5, 3, -1],
      [0.25, -1, 4],
    ]);
    const right = matrixFromRows([
      [1, 0.25, 0],
      [0.25, 2, 0.5],
      [0, 0.5, 5],
    ]);
    const solution = matrixFromRows([
      [1, 2, -1],
      [0, 3, 0.5],
      [-4, 1, 2],
    ]);
    expectMatrixClose(twoSidedSolver(left, right)(multiply(left, solution, right)), solution, 1e-14);
    expect(definiteSolver(left, right)).not.toBeNull();
    expect(definiteSolver(left, zeros(3, 3))).toBeNull();
    expect(definiteSolver(zeros(3, 3), right)).toBeNull();
  });

  test("two pivots that together leave 2⁻³⁰ of the variance are not trusted", () => {
    // The second pivot of [[1, c], [c, 1]] is 1 − c².
    const correlated = (pivot: number) => {
      const c = Math.sqrt(1 - pivot);
      return matrixFromRows([
        [1, c],
        [c, 1],
      ]);
    };
    expectClose(leastPivot(correlated(2 ** -9), choleskyOrNull(correlated(2 ** -9))!), 2 ** -9, 1e-15);
    expectClose(leastPivot(diagonal([1e-20, 4]), diagonal([1e-10, 2])), 1, 1e-15);
    expect(definiteSolver(correlated(2 ** -9), correlated(2 ** -20))).not.toBeNull();
    expect(definiteSolver(correlated(2 ** -11), correlated(2 ** -20))).toBeNull();
  });

  test("a projection on the support of a moment leaves that part alone and removes the rest", () => {
    const moment = matrixFromRows([
      [1, 2, 0],
      [2, 4, 0],
      [0, 0, 0],
    ]);
    const x = matrixFromRows([
      [1, -2, 3],
      [0.5, 4, -1],
      [2, 2, 2],
    ]);
    const projection = matrixFromRows([
      [0.2, 0.4, 0],
      [0.4, 0.8, 0],
      [0, 0, 0],
    ]);
    expectMatrixClose(restrictedTo(moment, x), multiply(projection, x, projection), 1e-14);
    expectMatrixClose(restrictedTo(diagonal([1, 2, 1e-9]), x), x, 0);
  });

  test("where R is 0 on a silent coordinate so is X", () => {
    const solve = twoSidedSolver(diagonal([0, 1]), diagonal([1, 0]));
    const found = solve(
      matrixFromRows([
        [0, 0],
        [3, 0],
      ]),
    );
    expectMatrixClose(
      found,
      [
        [0, 0],
        [3, 0],
      ],
      0,
    );
  });
});
