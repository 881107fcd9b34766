import { DomainError } from "./errors.ts";
import { nearestName } from "./nearest-name.ts";

/**
 * Refuses an option, which a program without types or a file may have misspelt, unless it is one of its values.
 *
 * @throws DomainError, with the nearest of the names, unless the name is one of them
 *
 * @example
 * requireName("kernel", "softmax", ["linear", "softmax"]); // => undefined
 */
export function requireName(where: string, name: unknown, names: readonly string[]): void {
  if (names.some((known) => known === name)) return;
  throw new DomainError({
    where,
    expected: `one of ${names.join(", ")}`,
    arrived: JSON.stringify(name),
    hint: `did you mean "${nearestName(String(name), names) ?? names[0]}"?`,
  });
}
