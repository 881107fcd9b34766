import { DomainError } from "@onestep/core";

/** @throws DomainError unless 0 < value < ∞ */
export function requirePositive(where: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new DomainError({
    where,
    expected: "a positive finite number",
    arrived: String(value),
    hint: "leave it out for the default",
  });
}
