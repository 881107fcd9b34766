import { DomainError } from "@onestep/core";
import { UnknownNameError } from "@onestep/data";
import type { Field } from "./config-fields.ts";

type Group<Fields> = { readonly [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never };
type Planned = "steps" | "batch" | "learningRate" | "starts";

/** The values of a group of fields; those without a default may be undefined. */
export type ReadFields<Fields> = {
  readonly [Name in keyof Group<Fields>]: Group<Fields>[Name] | (Name extends Planned ? undefined : never);
};

/** Reads a group of fields, each missing one by its default. */
export function readGroup<Fields extends Readonly<Record<string, Field<unknown>>>>(
  value: unknown,
  fields: Fields,
  where: string,
): ReadFields<Fields> {
  const entries = entriesOf(value ?? {}, where, Object.keys(fields));
  const read = Object.entries(fields).map(([name, field]) => {
    const input = entries[name] ?? field.parameter.fallback;
    return [name, input === undefined ? undefined : readField(input, field, `${where}.${name}`)];
  });
  return Object.fromEntries(read) as ReadFields<Fields>;
}

/** @throws DomainError or UnknownNameError that begins with the place */
export function readField<Value>(input: unknown, { parameter }: Field<Value>, where: string): Value {
  return parameter.read(input, { where, dimension: 1 }).value;
}

/** @throws DomainError for what is no object, UnknownNameError for a name that is not among the candidates */
export function entriesOf(
  value: unknown,
  where: string,
  candidates: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DomainError({
      where,
      expected: `an object with ${candidates.join(", ")}`,
      arrived: Array.isArray(value) ? "a list" : String(value),
      hint: 'write { "law": { … }, "training": { "steps": 2000 } }',
    });
  }
  for (const unknown of Object.keys(value)) {
    if (!candidates.includes(unknown)) throw new UnknownNameError({ where, role: "field", unknown, candidates });
  }
  return value as Readonly<Record<string, unknown>>;
}
