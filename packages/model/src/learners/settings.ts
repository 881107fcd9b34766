import { DomainError } from "@onestep/core";

/** @throws DomainError unless the value is finite */
export function requireFinite(where: string, value: number): number {
  return require(where, value, Number.isFinite(value), "a finite number");
}

/** @throws DomainError unless 0 < value < ∞ */
export function requirePositive(where: string, value: number): number {
  return require(where, value, value > 0 && value < Infinity, "a positive finite number");
}

/** @throws DomainError unless 0 ≤ value < ∞ */
export function requireNotNegative(where: string, value: number): number {
  return require(where, value, value >= 0 && value < Infinity, "a finite number, at least 0");
}

/** @throws DomainError unless the value is a whole number, at least `least` */
export function requireCount(where: string, value: number, least = 0): number {
  return require(where, value, Number.isSafeInteger(value) && value >= least, `a whole number, at least ${least}`);
}

function require(where: string, value: number, holds: boolean, expected: string): number {
  if (holds) return value;
  throw new DomainError({
    where: `learners ${where}`,
    expected,
    arrived: String(value),
    hint: "the docstring of the learner says what each setting means and its unit",
  });
}
