import { DomainError, NumericalError, ShapeError, type Covariance, type Matrix } from "@onestep/core";

/** n ≥ 1, a whole number. */
export function requireContextLength(where: string, contextLength: number): void {
  requireCount(where, "context length", contextLength, 1, "a prompt needs at least one labelled pair");
}

/** d ≥ 1, a whole number. */
export function requireDimension(where: string, dimension: number): void {
  requireCount(where, "dimension", dimension, 1, "covariates have at least one coordinate");
}

export function requireCount(where: string, what: string, value: number, least: number, hint: string): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DomainError({ where, expected: `a whole ${what}, at least ${least}`, arrived: String(value), hint });
}

/** A finite number that is not negative: a penalty, an energy, a correlation's distance from 1. */
export function requireNonNegative(
  where: string,
  what: string,
  value: number,
  hint: string = "check its sign, and look for a division by zero or a missing value",
): void {
  if (value >= 0 && value < Infinity) return;
  throw new DomainError({ where, expected: `a finite ${what}, at least 0`, arrived: String(value), hint });
}

export function requireVariance(where: string, what: string, value: number): void {
  requireNonNegative(where, what, value, "pass a variance (σ²), never a standard deviation");
}

export function requirePositive(where: string, what: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new DomainError({
    where,
    expected: `a finite ${what} above 0`,
    arrived: String(value),
    hint: "check its units and look for a division by zero",
  });
}

export function requireFiniteNumber(where: string, what: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new DomainError({
    where,
    expected: `a finite ${what}`,
    arrived: String(value),
    hint: "look for a division by zero or a missing value",
  });
}

/** Something is there to be read: untyped callers learn what is missing, not that undefined has no properties. */
export function requireFields(where: string, what: string, value: unknown, fields: readonly string[]): void {
  const missing = typeof value === "object" && value !== null ? fields.filter((field) => !(field in value)) : undefined;
  if (missing?.length === 0) return;
  throw new DomainError({
    where,
    expected: `${what} with ${fields.join(", ")}`,
    arrived: missing === undefined ? String(value) : `one without ${missing.join(", ")}`,
    hint: "the example in the docstring of this function shows a complete call",
  });
}

/** An array, plain or typed. */
export function requireList(where: string, what: string, value: ArrayLike<unknown>): void {
  requireKind(where, `a list of ${what}`, value, Array.isArray(value) || ArrayBuffer.isView(value));
}

export function requireFunction(where: string, what: string, value: unknown): void {
  requireKind(where, `a function (${what})`, value, typeof value === "function");
}

function requireKind(where: string, expected: string, value: unknown, isOfKind: boolean): void {
  if (isOfKind) return;
  throw new DomainError({
    where,
    expected,
    arrived: value === null ? "null" : typeof value,
    hint: "the example in the docstring of this function shows a complete call",
  });
}

export function requireMatrix(where: string, what: string, matrix: Matrix): void {
  requireFields(where, `a matrix (${what})`, matrix, ["rows", "columns", "values"]);
  requireList(where, `rows × columns numbers, the values of ${what},`, matrix.values);
  if (matrix.values.length === matrix.rows * matrix.columns) return;
  throw new ShapeError({
    where,
    expected: `${what} with rows × columns values`,
    arrived: `${matrix.values.length} values for ${matrix.rows}×${matrix.columns}`,
    hint: "matrixFromRows makes a matrix of its rows",
  });
}

export function requireCovariance(where: string, what: string, value: Covariance): void {
  requireFields(where, `a covariance (${what}), as covariance(matrix) returns it,`, value, [
    "dimension",
    "matrix",
    "factor",
    "rank",
  ]);
  requireMatrix(where, `the matrix of ${what}`, value.matrix);
  requireMatrix(where, `the factor of ${what}`, value.factor);
}

/** A square matrix of finite entries, of any size. */
export function requireSquare(where: string, what: string, matrix: Matrix): void {
  requireMatrix(where, what, matrix);
  requireSize(where, what, matrix, matrix.rows, matrix.rows);
}

/** A matrix of finite entries and a given size. */
export function requireSize(where: string, what: string, matrix: Matrix, rows: number, columns: number): void {
  requireMatrix(where, what, matrix);
  if (matrix.rows !== rows || matrix.columns !== columns) {
    throw new ShapeError({
      where,
      expected: `${what} to be ${rows}×${columns}`,
      arrived: `${matrix.rows}×${matrix.columns}`,
      hint: "every matrix of one law lives in the same dimension",
    });
  }
  for (const value of matrix.values) requireFiniteNumber(where, `entry of ${what}`, value);
}

/** Numbers that are not negative and sum to 1, up to the decimals people type and the rounding of a long sum. */
export function requireProbabilities(where: string, what: string, values: readonly number[]): void {
  let total = 0;
  values.forEach((value, k) => {
    requireNonNegative(where, `${what} (entry ${k})`, value);
    total += value;
  });
  if (Math.abs(total - 1) <= Math.max(2 ** -40, values.length * 2 ** -52)) return;
  throw new DomainError({
    where,
    expected: `${what} that sum to 1`,
    arrived: `${values.length} of them with sum ${total}`,
    hint: "divide them by their sum",
  });
}

/** Finite inputs can overflow: no infinity and no NaN leaves a public function. */
export function requireInRange(where: string, what: string, values: Iterable<number>): void {
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    throw new NumericalError({
      where,
      expected: `a ${what} within the range of floating point`,
      arrived: String(value),
      hint: "measure covariates or responses in other units: these numbers overflow when multiplied",
    });
  }
}
