import { DomainError } from "@onestep/core";

/** @throws DomainError unless every size is a whole number, at least 1 */
export function requireSizes(where: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isSafeInteger(size) && size >= 1) continue;
    throw new DomainError({
      where: `${where}.${name}`,
      expected: "a whole number of at least 1",
      arrived: String(size),
      hint: `give ${name} a value such as 2`,
    });
  }
}
