import { parseNumber } from "./numbers.ts";

// The shapes of flags, as the argument scanner takes them.

/** A flag with a value that may be left out. */
export interface OptionalFlag<Value> {
  readonly kind: "parsed";
  readonly parse: (input: string) => Value;
  readonly brief: string;
  readonly optional: true;
  readonly placeholder: string;
}

export function optionalFlag<Value>(
  parse: (input: string) => Value,
  placeholder: string,
  brief: string,
): OptionalFlag<Value> {
  return { kind: "parsed", parse, brief, optional: true, placeholder };
}

/** A flag without a value, off unless it is given. */
export interface SwitchFlag {
  readonly kind: "boolean";
  readonly brief: string;
  readonly default: false;
  readonly withNegated: false;
}

export function switchFlag(brief: string): SwitchFlag {
  return { kind: "boolean", brief, default: false, withNegated: false };
}

/** The seed of every command that draws: 0 unless it is given. */
export interface SeedFlag {
  readonly kind: "parsed";
  readonly parse: (input: string) => number;
  readonly brief: string;
  readonly default: "0";
}

export function seedFlag(what: string): SeedFlag {
  return { kind: "parsed", parse: parseNumber, brief: `The same seed gives the same ${what}`, default: "0" };
}
