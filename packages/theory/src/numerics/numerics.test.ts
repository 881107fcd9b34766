import {
  add,
  diagonal,
  identity,
  matrixFromRows,
  multiply,
  NumericalError,
  scale,
  solve,
  symmetricPart,
  transpose,
  zeros,
  type Matrix,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussRule, orthonormalPolynomials } from "./gauss-rule.ts";
import { pairSolver } from "./pair-solver.ts";
import { requireSemidefinite } from "./require-semidefinite.ts";
import { nonZeroColumns } from "./seen-signal.ts";
import { symmetrised } from "./symmetrised.ts";
import { choleskyOrNull, solveOnSupport, supportOf } from "./solve-on-support.ts";
import { definiteSolver, leastPivot, restrictedTo, twoSidedSolver } from "./solve-two-sided.ts";

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

  test("equal weights on 0, …, N − 1 have Chebyshev's recurrence, to its end, in any unit", () => {
    for (const unit of [1, 1e-9, 1e9]) {
      const size = 20;
      const points = Float64Array.from({ length: size }, (_, i) => i * unit);
      const { mass, centres, links } = orthonormalPolynomials(points, new Float64Array(size).fill(0.5), size + 3);
      expect([mass, centres.length, links.length, links[0]]).toEqual([size / 2, size, size, 0]);
      for (let k = 0; k < size; k++) {
        expectClose(centres[k] / unit, (size - 1) / 2, 1e-12);
        // link_k² = k²(N² − k²)/(4(4k² − 1))
        if (k > 0) expectClose(links[k] / unit, (k / 2) * Math.sqrt((size ** 2 - k ** 2) / (4 * k ** 2 - 1)), 1e-12);
      }
    }
  });

  test("a point that is given twice is one, and a point without weight none", () => {
    for (const unit of [1, 1e-6, 1e6]) {
      const points = Float64Array.from([3, 1, 3, 7, 8], (x) => x * unit);
      const { nodes, weights } = gaussRule(points, Float64Array.of(1, 2, 0.5, 0, 1), 5);
      expectClose(
        nodes.map((x) => x / unit),
        [1, 3, 8],
        1e-13,
      );
      expectClose(weights, [2, 1.5, 1], 1e-13);
    }
  });

  test("the first L + 1 polynomials are what is asked for", () => {
    const points = Float64Array.of(1, 2, 3, 5, 8, 13);
    const { centres, links } = orthonormalPolynomials(points, new Float64Array(6).fill(1), 3);
    expect([centres.length, links.length]).toEqual([4, 4]);
    expect(gaussRule(points, new Float64Array(6).fill(1), 3).nodes.length).toBe(3);
  });

  test("a measure of three points has three polynomials and no more", () => {
    const polynomials = orthonormalPolynomials(Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1), 9);
    expect(polynomials.centres.length).toBe(3);
    expectClose(gaussRule(Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1), 9).nodes, [-1, 0, 2], 1e-14);
  });
});

describe("nonZeroColumns", () => {
  test("keeps the order of what is left, and one column of a zero matrix", () => {
    const matrix = matrixFromRows([
      [0, 1, 0, 2],
      [0, 0, 0, -3],
      [0, 4, 0, 0],
    ]);
    expectMatrixClose(
      nonZeroColumns(matrix),
      [
        [1, 2],
        [0, -3],
        [4, 0],
      ],
      0,
    );
    expectMatrixClose(nonZeroColumns(zeros(2, 3)), zeros(2, 1), 0);
  });
});

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
