import { DomainError } from "@onestep/core";

/** @throws DomainError unless the value is a positive finite number */
export function requirePositive(where: string, name: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new DomainError({
    where: `${where}.${name}`,
    expected: "a positive finite number",
    arrived: String(value),
    hint: `give ${name} a value such as 0.01`,
  });
}

/** @throws DomainError unless the value is a finite number, at least 0 */
export function requireNotNegative(where: string, name: string, value: number): number {
  return value === 0 ? value : requirePositive(where, name, value);
}

/** @throws DomainError unless 0 ≤ value < 1 */
export function requireDecay(where: string, name: string, value: number): number {
  if (value >= 0 && value < 1) return value;
  throw new DomainError({
    where: `${where}.${name}`,
    expected: "a decay rate from 0 (included) to 1 (excluded)",
    arrived: String(value),
    hint: `the usual ${name} is 0.9 or 0.99`,
  });
}
