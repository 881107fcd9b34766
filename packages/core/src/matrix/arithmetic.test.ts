import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { matrices } from "../../tests/arbitraries.ts";
import { UNIT_ROUNDOFF } from "../../tests/distance.ts";
import {
  add,
  frobeniusNorm,
  maxAbs,
  outer,
  scale,
  subtract,
  symmetricPart,
  trace,
  traceOfProduct,
  transpose,
} from "./arithmetic.ts";
import { matrixFromRows, toRows } from "./matrix.ts";
import { multiply } from "./multiply.ts";

const a = matrixFromRows([
  [1, 2],
  [3, -4],
]);
const b = matrixFromRows([
  [10, 20],
  [30, 40],
]);
const wide = matrixFromRows([[1, 2, 3]]);

test("sums, multiples and transposes, entry by entry", () => {
  expect(toRows(add(a, b))).toEqual([
    [11, 22],
    [33, 36],
  ]);
  expect(toRows(subtract(b, a))).toEqual([
    [9, 18],
    [27, 44],
  ]);
  expect(toRows(scale(a, -2))).toEqual([
    [-2, -4],
    [-6, 8],
  ]);
  expect(toRows(transpose(wide))).toEqual([[1], [2], [3]]);
  expect(toRows(outer([1, 2], [3, 4, 5]))).toEqual([
    [3, 4, 5],
    [6, 8, 10],
  ]);
  expect(toRows(symmetricPart(a))).toEqual([
    [1, 2.5],
    [2.5, -4],
  ]);
});

test("scalars of a matrix", () => {
  expect(trace(a)).toBe(-3);
  expect(maxAbs(a)).toBe(4);
  expect(
    frobeniusNorm(
      matrixFromRows([
        [3, 0],
        [0, 4],
      ]),
    ),
  ).toBe(5);
});

test("the Frobenius norm neither overflows nor underflows", () => {
  expect(frobeniusNorm(matrixFromRows([[3 * 2 ** 700, 4 * 2 ** 700]]))).toBe(5 * 2 ** 700);
  expect(frobeniusNorm(matrixFromRows([[3 * 2 ** -700, 4 * 2 ** -700]]))).toBe(5 * 2 ** -700);
  expect(frobeniusNorm(matrixFromRows([[0, 0]]))).toBe(0);
});

test("tr(ab) is the trace of the product", () => {
  const pairs = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([n, m]) => fc.tuple(matrices(n, m), matrices(m, n)));
  fc.assert(
    fc.property(pairs, ([x, y]) => {
      const bound = 2 * (x.rows * x.columns + 1) * UNIT_ROUNDOFF * frobeniusNorm(x) * frobeniusNorm(y);
      expect(Math.abs(traceOfProduct(x, y) - trace(multiply(x, y)))).toBeLessThanOrEqual(bound);
    }),
  );
});

test("inputs are left alone", () => {
  const before = [...a.values];
  scale(add(a, b), 3);
  transpose(a);
  symmetricPart(a);
  expect([...a.values]).toEqual(before);
});

test("sizes that do not agree are refused with both sizes", () => {
  expect(() => add(a, wide)).toThrow("add: expected two matrices of one size; got 2×2 and 1×3");
  expect(() => subtract(a, wide)).toThrow(ShapeError);
  expect(() => trace(wide)).toThrow("trace: expected a square matrix; got 1×3");
  expect(() => symmetricPart(wide)).toThrow(ShapeError);
  expect(() => traceOfProduct(a, wide)).toThrow(ShapeError);
  expect(() =>
    traceOfProduct(
      wide,
      transpose(
        matrixFromRows([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ),
  ).toThrow(ShapeError);
});
