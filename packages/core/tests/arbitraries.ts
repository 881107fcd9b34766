import * as fc from "fast-check";
import { add, scale, transpose } from "../src/matrix/arithmetic.ts";
import { identity, type Matrix } from "../src/matrix/matrix.ts";
import { multiply } from "../src/matrix/multiply.ts";

/** Entries between −4 and 4, without the subnormal corner where relative bounds say nothing. */
export const entries: fc.Arbitrary<number> = fc
  .double({ min: -4, max: 4, noNaN: true })
  .map((value) => (Math.abs(value) < 1e-6 ? 0 : value));

export const sizes: fc.Arbitrary<number> = fc.integer({ min: 1, max: 6 });

export function vectors(length: number): fc.Arbitrary<Float64Array> {
  return fc.array(entries, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
}

export function matrices(rows: number, columns: number): fc.Arbitrary<Matrix> {
  return vectors(rows * columns).map((values) => ({ rows, columns, values }));
}

/** Any matrix with up to 6 rows and 6 columns. */
export const anyMatrix: fc.Arbitrary<Matrix> = fc
  .tuple(sizes, sizes)
  .chain(([rows, columns]) => matrices(rows, columns));

export const symmetricMatrices: fc.Arbitrary<Matrix> = sizes
  .chain((d) => matrices(d, d))
  .map((a) => add(a, transpose(a)));

/** A·Aᵀ, of any rank from 0 to d. */
export const semidefiniteMatrices: fc.Arbitrary<Matrix> = fc
  .tuple(sizes, sizes)
  .chain(([d, rank]) => matrices(d, Math.min(d, rank)))
  .map((a) => multiply(a, transpose(a)));

/** A·Aᵀ + I, with a condition number below 600 d. */
export const definiteMatrices: fc.Arbitrary<Matrix> = sizes
  .chain((d) => matrices(d, d))
  .map((a) => add(multiply(a, transpose(a)), scale(identity(a.rows), 1)));
