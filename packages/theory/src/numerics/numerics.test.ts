import { add, diagonal, identity, matrixFromRows, multiply, zeros } from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussRule, orthonormalPolynomials } from "./gauss-rule.ts";
import { pairSolver } from "./pair-solver.ts";
import { solveOnSupport, supportOf } from "./solve-on-support.ts";
import { twoSidedSolver } from "./solve-two-sided.ts";

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
});

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
    const found = twoSidedSolver(left, right)(multiply(left, solution, right));
    expectMatrixClose(found, solution, 1e-10);
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

describe("gaussRule", () => {
  test("two nodes integrate cubics over three points exactly", () => {
    const [nodes, weights] = [Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1)];
    const rule = gaussRule(nodes, weights, 2);
    for (const power of [0, 1, 2, 3]) {
      const exact = nodes.reduce((sum, x, i) => sum + weights[i] * x ** power, 0);
      expectClose(
        rule.nodes.reduce((sum, x, i) => sum + rule.weights[i] * x ** power, 0),
        exact,
        1e-14,
      );
    }
  });

  test("a measure of three points has three polynomials and no more", () => {
    const polynomials = orthonormalPolynomials(Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1), 9);
    expect(polynomials.centres.length).toBe(3);
    expectClose(gaussRule(Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1), 9).nodes, [-1, 0, 2], 1e-14);
  });
});
