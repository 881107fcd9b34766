import { expect, test } from "vitest";
import { DomainError, ShapeError } from "../errors.ts";
import { diagonal, identity, matrix, matrixFromRows, toRows, zeros } from "./matrix.ts";

test("rows in, rows out", () => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const m = matrixFromRows(rows);
  expect(m).toMatchObject({ rows: 2, columns: 3 });
  expect([...m.values]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(toRows(m)).toEqual(rows);
});

test("matrix adopts a Float64Array and copies a plain list", () => {
  const values = Float64Array.of(1, 2);
  expect(matrix(1, 2, values).values).toBe(values);
  expect([...matrix(2, 1, [3, 4]).values]).toEqual([3, 4]);
  expect([...matrix(2, 2).values]).toEqual([0, 0, 0, 0]);
});

test("zeros, identity and diagonal", () => {
  expect(toRows(zeros(1, 2))).toEqual([[0, 0]]);
  expect(toRows(identity(2))).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(toRows(diagonal([2, 3]))).toEqual([
    [2, 0],
    [0, 3],
  ]);
});

test("a wrong number of values is a shape error that says both numbers", () => {
  expect(() => matrix(2, 2, [1, 2, 3])).toThrow(ShapeError);
  expect(() => matrix(2, 2, [1, 2, 3])).toThrow("matrix: expected 4 values for a 2×2 matrix; got 3 values");
  expect(() => matrixFromRows([[1, 2], [3]])).toThrow(
    "matrixFromRows: expected 2 entries in every row, as in row 0; got 1 entries in row 1",
  );
});

test("an entry that is not finite is named by its place", () => {
  expect(() =>
    matrixFromRows([
      [1, 2],
      [NaN, 4],
    ]),
  ).toThrow(DomainError);
  expect(() =>
    matrixFromRows([
      [1, 2],
      [NaN, 4],
    ]),
  ).toThrow("got NaN at (1, 0)");
  expect(() => matrix(1, 2, [1, -Infinity])).toThrow("got -Infinity at (0, 1)");
  expect(() => diagonal([1, NaN])).toThrow("got NaN at (1, 1)");
});

test("a matrix has at least one row and one column", () => {
  for (const broken of [
    () => zeros(0, 2),
    () => identity(-1),
    () => zeros(1.5, 1),
    () => matrixFromRows([]),
    () => matrixFromRows([[]]),
    () => diagonal([]),
  ]) {
    expect(broken).toThrow(DomainError);
  }
});
