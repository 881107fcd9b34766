import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { anyMatrix } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { frobeniusNorm, transpose } from "./arithmetic.ts";
import { diagonal, identity, matrixFromRows } from "./matrix.ts";
import { multiply } from "./multiply.ts";
import { svd } from "./svd.ts";

test("singular values by hand: [[3, 0], [4, 5]] has √45 and √5", () => {
  const { values } = svd(
    matrixFromRows([
      [3, 0],
      [4, 5],
    ]),
  );
  expect(values[0]).toBeCloseTo(Math.sqrt(45), 13);
  expect(values[1]).toBeCloseTo(Math.sqrt(5), 13);
});

test("left·diag·rightᵀ = A with orthonormal columns and descending values, tall, wide or square", () => {
  fc.assert(
    fc.property(anyMatrix, (a) => {
      const { left, values, right } = svd(a);
      const k = Math.min(a.rows, a.columns);
      const rounding = 64 * Math.max(a.rows, a.columns) * UNIT_ROUNDOFF;
      expect([left.rows, left.columns, right.rows, right.columns, values.length]).toEqual([a.rows, k, a.columns, k, k]);
      expect(distance(multiply(left, diagonal(values), transpose(right)), a)).toBeLessThanOrEqual(
        rounding * frobeniusNorm(a),
      );
      expect(distance(multiply(transpose(left), left), identity(k))).toBeLessThanOrEqual(rounding);
      expect(distance(multiply(transpose(right), right), identity(k))).toBeLessThanOrEqual(rounding);
      expect([...values]).toEqual([...values].sort((x, y) => y - x));
      expect(values[k - 1]).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a matrix that is not finite is refused", () => {
  expect(() => svd({ rows: 1, columns: 1, values: Float64Array.of(Infinity) })).toThrow(DomainError);
});
