import { DomainError } from "@onestep/core";

/** @throws DomainError unless the value is a whole number ≥ 1 */
export function requireCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new DomainError({
    where: `pretrain.${name}`,
    expected: "a whole number of at least 1",
    arrived: String(value),
    hint: `leave ${name} out for its default, or give a number such as 1000`,
  });
}

/** @throws DomainError unless 0 ≤ value ≤ 1 */
export function requirePart(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new DomainError({
    where: `pretrain.${name}`,
    expected: "a fraction from 0 to 1",
    arrived: String(value),
    hint: `the default ${name} is 0.6`,
  });
}

/** @throws DomainError unless the value is a positive finite number, or a list of at least one */
export function requireScales(name: string, value: number | readonly number[]): readonly number[] {
  const scales = [value].flat();
  if (scales.length > 0 && scales.every((scale) => scale > 0 && Number.isFinite(scale))) return scales;
  throw new DomainError({
    where: `pretrain.${name}`,
    expected: "a positive finite number, or a list of such numbers",
    arrived: JSON.stringify(scales.map(String)),
    hint: `the default ${name} is 0.1`,
  });
}
