import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NumericalError, ShapeError } from "../errors.ts";
import { semidefiniteMatrices, symmetricMatrices } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { frobeniusNorm, trace, transpose } from "./arithmetic.ts";
import { diagonal, identity, matrixFromRows } from "./matrix.ts";
import { multiply } from "./multiply.ts";
import { symmetricEigen, symmetricFunction } from "./symmetric-eigen.ts";

/** The QR algorithm is backward stable; a few d·u times the norm covers its sweeps at these sizes. */
const rounding = (d: number): number => 32 * d * UNIT_ROUNDOFF;

test("eigenvalues by hand: [[2, 1], [1, 2]] has 1 and 3", () => {
  const { values, vectors } = symmetricEigen(
    matrixFromRows([
      [2, 1],
      [1, 2],
    ]),
  );
  expect(values[0]).toBeCloseTo(1, 14);
  expect(values[1]).toBeCloseTo(3, 14);
  expect(vectors.values[0] * vectors.values[2]).toBeCloseTo(-0.5, 14);
  expect(vectors.values[1] * vectors.values[3]).toBeCloseTo(0.5, 14);
});

test("V·diag(λ)·Vᵀ = A, VᵀV = I, λ ascending and summing to the trace", () => {
  fc.assert(
    fc.property(symmetricMatrices, (a) => {
      const { values, vectors } = symmetricEigen(a);
      const norm = frobeniusNorm(a);
      expect(distance(multiply(vectors, diagonal(values), transpose(vectors)), a)).toBeLessThanOrEqual(
        rounding(a.rows) * norm,
      );
      expect(distance(multiply(transpose(vectors), vectors), identity(a.rows))).toBeLessThanOrEqual(rounding(a.rows));
      expect([...values]).toEqual([...values].sort((x, y) => x - y));
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - trace(a))).toBeLessThanOrEqual(
        rounding(a.rows) * norm,
      );
    }),
  );
});

test("functions of a matrix compose: √A·√A = A", () => {
  fc.assert(
    fc.property(semidefiniteMatrices, (a) => {
      const root = symmetricFunction(a, (eigenvalue) => Math.sqrt(Math.max(eigenvalue, 0)));
      expect(distance(root, transpose(root))).toBe(0);
      expect(distance(multiply(root, root), a)).toBeLessThanOrEqual(2 * rounding(a.rows) * frobeniusNorm(a));
    }),
  );
});

test("a function that is not finite on the spectrum is refused with the eigenvalue", () => {
  expect(() => symmetricFunction(diagonal([2, 0]), (x) => 1 / x)).toThrow(NumericalError);
  expect(() => symmetricFunction(diagonal([2, 0]), (x) => 1 / x)).toThrow("Infinity at the eigenvalue 0");
});

test("asymmetric and oblong matrices are refused; rounding noise is not asymmetry", () => {
  expect(() =>
    symmetricEigen(
      matrixFromRows([
        [1, 2],
        [3, 4],
      ]),
    ),
  ).toThrow(NumericalError);
  expect(() => symmetricEigen(matrixFromRows([[1, 2]]))).toThrow(ShapeError);
  expect(
    symmetricEigen(
      matrixFromRows([
        [1, 0.1 + 0.2],
        [0.3, 1],
      ]),
    ).values[1],
  ).toBeCloseTo(1.3, 14);
});
