import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError, NumericalError, ShapeError } from "../errors.ts";
import { definiteMatrices } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { maxAbs, transpose } from "./arithmetic.ts";
import { cholesky } from "./cholesky.ts";
import { matrixFromRows, toRows } from "./matrix.ts";
import { multiply } from "./multiply.ts";

test("a factor, by hand", () => {
  expect(
    toRows(
      cholesky(
        matrixFromRows([
          [25, 15, -5],
          [15, 18, 0],
          [-5, 0, 11],
        ]),
      ),
    ),
  ).toEqual([
    [5, 0, 0],
    [3, 3, 0],
    [-1, 1, 3],
  ]);
});

test("L·Lᵀ = A with L lower triangular and a positive diagonal", () => {
  fc.assert(
    fc.property(definiteMatrices, (a) => {
      const l = cholesky(a);
      // Higham, Accuracy and Stability, theorem 10.3: |A − L·Lᵀ| ≤ γ_{d+1} |L||Lᵀ|, and |L||Lᵀ| ≤ max A; the test's own product adds γ_d
      expect(distance(multiply(l, transpose(l)), a)).toBeLessThanOrEqual(3 * (a.rows + 1) * UNIT_ROUNDOFF * maxAbs(a));
      for (let i = 0; i < a.rows; i++) {
        expect(l.values[i * (a.rows + 1)]).toBeGreaterThan(0);
        for (let j = i + 1; j < a.rows; j++) expect(l.values[i * a.rows + j]).toBe(0);
      }
    }),
  );
});

test("scales do not matter: a matrix graded over 40 orders is factored to the last bits", () => {
  expect(
    toRows(
      cholesky(
        matrixFromRows([
          [1e-20, 0],
          [0, 1e20],
        ]),
      ),
    ),
  ).toEqual([
    [1e-10, 0],
    [0, 1e10],
  ]);
});

test("a matrix that is singular, indefinite, asymmetric, oblong or not finite is refused", () => {
  expect(() =>
    cholesky(
      matrixFromRows([
        [1, 1],
        [1, 1],
      ]),
    ),
  ).toThrow(NumericalError);
  expect(() =>
    cholesky(
      matrixFromRows([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toThrow("leading 2×2 block is singular or indefinite");
  expect(() =>
    cholesky(
      matrixFromRows([
        [2, 1],
        [0, 2],
      ]),
    ),
  ).toThrow("got 0 at (1, 0) and 1 at (0, 1)");
  expect(() => cholesky(matrixFromRows([[1, 2]]))).toThrow(ShapeError);
  expect(() => cholesky({ rows: 1, columns: 1, values: Float64Array.of(NaN) })).toThrow(DomainError);
});
