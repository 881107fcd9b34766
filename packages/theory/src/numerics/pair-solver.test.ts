import { add, diagonal, matrixFromRows, multiply, zeros } from "@onestep/core";
import { expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { pairSolver } from "./pair-solver.ts";

describe("pairSolver", () => {
  const first = {
    left: matrixFromRows([
      [2, 1],
      [1, 3],
    ]),
    right: diagonal([1, 4]),
  };
  const second = {
    left: diagonal([0, 5]),
    right: matrixFromRows([
      [3, -1],
      [-1, 2],
    ]),
  };

  test("diagonalises two terms together", () => {
    const solution = matrixFromRows([
      [1, -2],
      [0.5, 3],
    ]);
    const image = add(multiply(first.left, solution, first.right), multiply(second.left, solution, second.right));
    const solve = pairSolver([first, second]);
    if (solve === null) throw new Error("a definite pair");
    expectMatrixClose(solve(image), solution, 1e-14);
  });

  test("of three coordinates on one side and two on the other", () => {
    const terms = [
      {
        left: matrixFromRows([
          [2, 1, 0],
          [1, 3, -1],
          [0, -1, 1],
        ]),
        right: diagonal([1, 4]),
      },
      {
        left: diagonal([1, 0.5, 5]),
        right: matrixFromRows([
          [3, -1],
          [-1, 2],
        ]),
      },
    ];
    const solution = matrixFromRows([
      [1, -2],
      [0.5, 3],
      [-4, 0.25],
    ]);
    const image = terms.map(({ left, right }) => multiply(left, solution, right)).reduce((sum, term) => add(sum, term));
    expectMatrixClose(pairSolver(terms)!(image), solution, 1e-13);
  });

  test("leaves a coordinate of the solution that both terms together hardly weigh to others", () => {
    // In a common basis the weights are θφ + (1 − θ)(1 − φ), here with θ = 1 − φ = ε.
    const pair = (share: number) => [
      { left: diagonal([share, 0.5]), right: diagonal([1 - share, 0.5]) },
      { left: diagonal([1 - share, 0.5]), right: diagonal([share, 0.5]) },
    ];
    // 2ε(1 − ε) against 2⁻¹²
    expect(pairSolver(pair(2 ** -12.5))).not.toBeNull();
    expect(pairSolver(pair(2 ** -13.5))).toBeNull();
  });

  test("leaves one term, three terms, and pairs that are singular together, to others", () => {
    expect(pairSolver([first])).toBeNull();
    expect(pairSolver([first, second, first])).toBeNull();
    const apart = [
      { left: diagonal([1, 0]), right: diagonal([1, 0]) },
      { left: diagonal([0, 1]), right: diagonal([0, 1]) },
    ];
    expect(pairSolver(apart)).toBeNull();
    expect(pairSolver([first, { left: zeros(2, 2), right: diagonal([-1, -4]) }])).toBeNull();
  });
});
