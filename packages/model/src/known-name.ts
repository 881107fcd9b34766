import { DomainError, nearestName } from "@onestep/core";

/** @throws DomainError, with the nearest of the names, unless the name is one of them */
export function requireName(where: string, name: unknown, names: readonly string[]): void {
  if (names.some((known) => known === name)) return;
  throw new DomainError({
    where,
    expected: `one of ${names.join(", ")}`,
    arrived: JSON.stringify(name),
    hint: `did you mean "${nearestName(String(name), names) ?? names[0]}"?`,
  });
}
