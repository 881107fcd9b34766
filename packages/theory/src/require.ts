import { DomainError, ShapeError, type Matrix } from "@onestep/core";

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

/** A finite number that is not negative: a variance, a penalty, a second moment. */
export function requireNonNegative(where: string, what: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new DomainError({
    where,
    expected: `a finite ${what}, at least 0`,
    arrived: String(value),
    hint: "pass a variance (σ²), never a standard deviation, and check for a division by zero",
  });
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

/** A d×d matrix of finite entries. */
export function requireSize(where: string, what: string, matrix: Matrix, rows: number, columns: number): void {
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
