import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NumericalError, ShapeError } from "../errors.ts";
import { anyMatrix, definiteMatrices, matrices } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { frobeniusNorm, transpose } from "./arithmetic.ts";
import { diagonal, identity, matrixFromRows, toRows } from "./matrix.ts";
import { multiply } from "./multiply.ts";
import { inverse, pseudoInverse, solve, solvePositiveDefinite } from "./solve.ts";
import { svd } from "./svd.ts";

const systems = definiteMatrices.chain((a) => fc.tuple(fc.constant(a), matrices(a.rows, 2)));
const condition = (values: Float64Array): number => values[0] / values[values.length - 1];

test("a system, by hand, that needs a row exchange", () => {
  expect(
    toRows(
      solve(
        matrixFromRows([
          [0, 2],
          [4, 0],
        ]),
        matrixFromRows([[2], [8]]),
      ),
    ),
  ).toEqual([[2], [1]]);
});

test("residuals of both solvers are rounding, and so is their difference times the condition number", () => {
  fc.assert(
    fc.property(systems, ([a, b]) => {
      const d = a.rows;
      const [general, definite] = [solve(a, b), solvePositiveDefinite(a, b)];
      for (const x of [general, definite]) {
        const scale = frobeniusNorm(a) * frobeniusNorm(x) + frobeniusNorm(b);
        expect(distance(multiply(a, x), b)).toBeLessThanOrEqual(8 * d * d * UNIT_ROUNDOFF * scale);
      }
      const bound = 16 * d * d * UNIT_ROUNDOFF * condition(svd(a).values) * frobeniusNorm(general);
      expect(distance(general, definite)).toBeLessThanOrEqual(bound);
    }),
  );
});

test("A·A⁻¹ = I up to the condition number", () => {
  fc.assert(
    fc.property(definiteMatrices, (a) => {
      const bound = 8 * a.rows * a.rows * UNIT_ROUNDOFF * condition(svd(a).values);
      expect(distance(multiply(a, inverse(a)), identity(a.rows))).toBeLessThanOrEqual(bound);
    }),
  );
});

test("the four Penrose identities", () => {
  // products of integers: the rank is then not a matter of a cutoff
  const integers = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 }))
    .chain(([rows, rank, columns]) =>
      fc
        .tuple(
          fc.array(fc.integer({ min: -3, max: 3 }), { minLength: rows * rank, maxLength: rows * rank }),
          fc.array(fc.integer({ min: -3, max: 3 }), { minLength: rank * columns, maxLength: rank * columns }),
        )
        .map(([left, right]) =>
          multiply(
            { rows, columns: rank, values: Float64Array.from(left) },
            { rows: rank, columns, values: Float64Array.from(right) },
          ),
        ),
    );
  fc.assert(
    fc.property(integers, (a) => {
      const p = pseudoInverse(a);
      const [size, inverseSize] = [frobeniusNorm(a), frobeniusNorm(p)];
      const rounding = 256 * UNIT_ROUNDOFF * Math.max(1, size * inverseSize) ** 2;
      expect(distance(multiply(a, p, a), a)).toBeLessThanOrEqual(rounding * size);
      expect(distance(multiply(p, a, p), p)).toBeLessThanOrEqual(rounding * inverseSize);
      expect(distance(multiply(a, p), transpose(multiply(a, p)))).toBeLessThanOrEqual(rounding);
      expect(distance(multiply(p, a), transpose(multiply(p, a)))).toBeLessThanOrEqual(rounding);
    }),
  );
});

test("the pseudo-inverse of zero is zero, and a cutoff decides what counts as zero", () => {
  fc.assert(
    fc.property(
      anyMatrix,
      (a) => frobeniusNorm(pseudoInverse({ ...a, values: new Float64Array(a.values.length) })) === 0,
    ),
  );
  expect(toRows(pseudoInverse(diagonal([2, 0.125]), 0.25))).toEqual([
    [0.5, 0],
    [0, 0],
  ]);
  expect(toRows(pseudoInverse(diagonal([2, 0.125])))).toEqual([
    [0.5, 0],
    [0, 8],
  ]);
});

test("singular, indefinite and ill-shaped systems are refused", () => {
  const singular = matrixFromRows([
    [1, 2],
    [2, 4],
  ]);
  expect(() => solve(singular, identity(2))).toThrow(NumericalError);
  expect(() => inverse(singular)).toThrow("Try: use pseudoInverse");
  expect(() =>
    solvePositiveDefinite(
      matrixFromRows([
        [1, 2],
        [2, 1],
      ]),
      identity(2),
    ),
  ).toThrow(NumericalError);
  expect(() => solve(identity(2), identity(3))).toThrow(ShapeError);
  expect(() => solve(matrixFromRows([[1, 2]]), identity(1))).toThrow(ShapeError);
});
