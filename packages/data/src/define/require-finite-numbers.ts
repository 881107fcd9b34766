import { NumericalError } from "@onestep/core";

/** Arrays of numbers, by what an error calls them. */
export type NamedNumbers = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Refuses to hand out numbers that have overflowed.
 *
 * @throws NumericalError for an infinity or NaN: it names the array and the entry
 */
export function requireFiniteNumbers(where: string, arrays: NamedNumbers): void {
  for (const [name, values] of Object.entries(arrays)) {
    // x − x is 0 for a finite x and NaN for the others: one sum asks about all of them.
    let doubt = 0;
    for (let at = 0; at < values.length; at++) doubt += values[at] - values[at];
    if (doubt === 0) continue;
    const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
    throw new NumericalError({
      where,
      expected: `${name} within the range of floating point`,
      arrived: `${values[at]} at entry ${at}`,
      hint: "choose units in which covariates and responses are of moderate size",
    });
  }
}
