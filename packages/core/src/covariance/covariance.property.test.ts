import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError, NumericalError, ShapeError } from "../errors.ts";
import { semidefiniteMatrices } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { maxAbs, transpose } from "../matrix/arithmetic.ts";
import { diagonal, identity, matrixFromRows, toRows, type Matrix } from "../matrix/matrix.ts";
import { multiply } from "../matrix/multiply.ts";
import { covariance, isotropic, type Covariance } from "./covariance.ts";

function expectFactor({ factor, matrix, dimension }: Covariance): void {
  const defect = distance(multiply(factor, transpose(factor)), matrix);
  expect(defect).toBeLessThanOrEqual(64 * dimension * UNIT_ROUNDOFF * maxAbs(matrix));
  for (let i = 0; i < dimension; i++) {
    expect(factor.values[i * (dimension + 1)]).toBeGreaterThanOrEqual(0);
    for (let j = i + 1; j < dimension; j++) expect(factor.values[i * dimension + j]).toBe(0);
    if (factor.values[i * (dimension + 1)] !== 0) continue;
    for (let k = 0; k < dimension; k++) expect(factor.values[k * dimension + i]).toBe(0);
  }
}

test("L·Lᵀ = Σ for any rank: lower triangular, zero columns where a coordinate depends on those before it", () => {
  fc.assert(
    fc.property(semidefiniteMatrices, (a) => {
      const c = covariance(a);
      expectFactor(c);
      expect(distance(c.matrix, transpose(c.matrix))).toBe(0);
    }),
  );
});

test("singular matrices with their factors, by hand", () => {
  const cases: [number[][], number[][], number][] = [
    [
      [
        [1, 1],
        [1, 1],
      ],
      [
        [1, 0],
        [1, 0],
      ],
      1,
    ],
    [
      [
        [0, 0],
        [0, 4],
      ],
      [
        [0, 0],
        [0, 2],
      ],
      1,
    ],
    [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      0,
    ],
    [
      [
        [1, 2, 0],
        [2, 4, 0],
        [0, 0, 9],
      ],
      [
        [1, 0, 0],
        [2, 0, 0],
        [0, 0, 3],
      ],
      2,
    ],
  ];
  for (const [matrix, factor, rank] of cases) {
    const c = covariance(matrixFromRows(matrix));
    expect(toRows(c.factor)).toEqual(factor);
    expect(c.rank).toBe(rank);
  }
});

test("the rank of V·Vᵀ is the number of columns of V", () => {
  const v: Matrix = matrixFromRows([
    [0.3, 0.7],
    [0.1, -0.9],
    [0.45, 0.2],
    [1.3, 0.01],
    [-0.77, 0.6],
  ]);
  const c = covariance(multiply(v, transpose(v)));
  expect(c.rank).toBe(2);
  expectFactor(c);
});

test("a pivot that is only just lost does not blur the factor", () => {
  // eigenvalues about 3e-16, 1 and 2: the plain recursion would drop the entry 1e-8
  const c = covariance(
    matrixFromRows([
      [1, 1, 0],
      [1, 1 + 2 ** -52, 1e-8],
      [0, 1e-8, 1],
    ]),
  );
  expect(c.factor.values[7]).not.toBe(0);
  expectFactor(c);
});

test("tiny variances are variances: scale does not change the rank", () => {
  expect(covariance(diagonal([1e-30, 1])).rank).toBe(2);
  expect(covariance(diagonal([1e-300, 1e300])).rank).toBe(2);
});

test("isotropic is variance times the identity, 0 included", () => {
  expect(isotropic(3)).toEqual(covariance(identity(3)));
  expect(isotropic(2, 9)).toEqual(covariance(diagonal([9, 9])));
  expect(isotropic(2, 0).rank).toBe(0);
  for (const variance of [-1, NaN, Infinity]) expect(() => isotropic(2, variance)).toThrow(DomainError);
  expect(() => isotropic(0)).toThrow(DomainError);
});

test("rounding noise is symmetrised away, real asymmetry is named", () => {
  const noisy = covariance(
    matrixFromRows([
      [1, 0.1 + 0.2],
      [0.3, 1],
    ]),
  );
  expect(noisy.matrix.values[1]).toBe(noisy.matrix.values[2]);
  expect(() =>
    covariance(
      matrixFromRows([
        [1, 0.5],
        [0.4, 1],
      ]),
    ),
  ).toThrow("covariance: expected a symmetric matrix; got 0.4 at (1, 0) and 0.5 at (0, 1)");
  expect(() =>
    covariance(
      matrixFromRows([
        [1, 0.5],
        [0.5 + 1e-12, 1],
      ]),
    ),
  ).toThrow(NumericalError);
});

test("a negative eigenvalue is named, the noise of a zero one is not", () => {
  expect(() =>
    covariance(
      matrixFromRows([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toThrow(NumericalError);
  expect(() =>
    covariance(
      matrixFromRows([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toThrow(/got the eigenvalue -1(\.0|$|;|\.)|got the eigenvalue -0\.99/);
  expect(() => covariance(diagonal([1, -1e-9]))).toThrow("eigenvalue -1e-9");
  expect(() => covariance(diagonal([-1, -2]))).toThrow(NumericalError);
  expect(covariance(diagonal([1, -1e-17])).rank).toBe(1);
});

test("oblong matrices and missing values are refused", () => {
  expect(() => covariance(matrixFromRows([[1, 2]]))).toThrow(ShapeError);
  expect(() => covariance({ rows: 1, columns: 1, values: Float64Array.of(NaN) })).toThrow(
    "covariance: expected finite entries; got NaN at (0, 0)",
  );
});
