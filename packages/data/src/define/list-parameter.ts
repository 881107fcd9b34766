import { ShapeError } from "@onestep/core";
import type { Json } from "./json.ts";
import { refusal, type Accepted, type About, type Parameter } from "./parameter.ts";

/** A non-empty list whose entries are read by another parameter: the means of a mixture, its covariances. */
export function listOf<A extends About, Input, Value>(
  entry: Parameter<Input, Value>,
  about: A,
): Parameter<Accepted<A, readonly Input[]>, readonly Value[]> {
  return {
    type: `list of (${entry.type})`,
    description: about.description,
    fallback: about.fallback,
    impliedDimension: (input) => firstImplied(entry, input),
    read(input, site) {
      if (!Array.isArray(input) || input.length === 0) {
        throw refusal(site.where, `a list, each entry a ${entry.type}`, input, "put the entries in brackets");
      }
      const readings = input.map((one: unknown, k) => entry.read(one, { ...site, where: `${site.where}[${k}]` }));
      const recorded: readonly Json[] = readings.map((reading) => reading.recorded);
      return { value: readings.map((reading) => reading.value), recorded };
    },
  };
}

/**
 * Refuses lists that must have one entry each for the same things, and have not.
 *
 * @param lists by the name of their parameter
 */
export function requireSameLength(where: string, lists: Readonly<Record<string, readonly unknown[]>>): void {
  const lengths = Object.entries(lists).map(([name, { length }]) => ({ name, length }));
  if (lengths.every(({ length }) => length === lengths[0].length)) return;
  throw new ShapeError({
    where,
    expected: `as many ${lengths.map(({ name }) => name).join(" as ")}`,
    arrived: lengths.map(({ name, length }) => `${length} ${name}`).join(", "),
    hint: "give every list one entry a component",
  });
}

function firstImplied(entry: Parameter<unknown, unknown>, input: unknown): number | undefined {
  if (!Array.isArray(input)) return undefined;
  return input.map((one: unknown) => entry.impliedDimension?.(one)).find((dimension) => dimension !== undefined);
}
