import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { anyMatrix, matrices, sizes, vectors } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { frobeniusNorm, outer, transpose } from "./arithmetic.ts";
import { identity, matrixFromRows, toRows } from "./matrix.ts";
import { dot, multiply, multiplyVector } from "./multiply.ts";

const chains = fc
  .tuple(sizes, sizes, sizes, sizes)
  .chain(([k, l, m, n]) => fc.tuple(matrices(k, l), matrices(l, m), matrices(m, n)));

test("a product, by hand", () => {
  expect(
    toRows(
      multiply(
        matrixFromRows([
          [1, 2],
          [3, 4],
        ]),
        matrixFromRows([
          [5, 6, 7],
          [8, 9, 10],
        ]),
      ),
    ),
  ).toEqual([
    [21, 24, 27],
    [47, 54, 61],
  ]);
});

test("the identity changes no bit", () => {
  fc.assert(
    fc.property(anyMatrix, (a) => {
      expect(distance(multiply(identity(a.rows), a), a)).toBe(0);
      expect(distance(multiply(a, identity(a.columns)), a)).toBe(0);
    }),
  );
});

test("(AB)ᵀ = BᵀAᵀ, to the last bit", () => {
  fc.assert(
    fc.property(chains, ([a, b]) => {
      expect(distance(transpose(multiply(a, b)), multiply(transpose(b), transpose(a)))).toBe(0);
    }),
  );
});

test("(AB)C = A(BC) within rounding, and several factors go from left to right", () => {
  fc.assert(
    fc.property(chains, ([a, b, c]) => {
      const left = multiply(multiply(a, b), c);
      expect(distance(multiply(a, b, c), left)).toBe(0);
      const bound = 2 * (b.rows + b.columns) * UNIT_ROUNDOFF * frobeniusNorm(a) * frobeniusNorm(b) * frobeniusNorm(c);
      expect(distance(left, multiply(a, multiply(b, c)))).toBeLessThanOrEqual(bound);
    }),
  );
});

test("matrix times vector and ⟨x, y⟩ are one-column products", () => {
  fc.assert(
    fc.property(
      anyMatrix.chain((a) => fc.tuple(fc.constant(a), vectors(a.columns))),
      ([a, x]) => {
        const column = { rows: x.length, columns: 1, values: x };
        expect([...multiplyVector(a, x)]).toEqual([...multiply(a, column).values]);
        expect(dot(x, x)).toBe(multiply(transpose(column), column).values[0]);
        expect(distance(outer(x, x), multiply(column, transpose(column)))).toBe(0);
      },
    ),
  );
});

test("factors that do not fit are refused with both sizes", () => {
  const wide = matrixFromRows([[1, 2, 3]]);
  expect(() => multiply(wide, wide)).toThrow(
    "multiply: expected a right factor with 3 rows, to follow a 1×3 matrix; got 1×3",
  );
  expect(() => multiplyVector(wide, [1, 2])).toThrow(ShapeError);
  expect(() => dot([1], [1, 2])).toThrow("dot: expected two vectors of one length; got 1 and 2 entries");
});
