import { DomainError } from "@onestep/core";
import { describeValue, type Json } from "./json.ts";
import type { LawKind } from "./law-kind.ts";

/** Where in a law file a value stands, and the dimension d of the law around it (1 for what is scalar). */
export interface Site {
  /** `"law.covariates.covariance"` */
  readonly where: string;
  readonly dimension: number;
}

/** A checked value in its two forms: for computing, and as a report records it. */
export interface Reading<Value> {
  readonly value: Value;
  readonly recorded: Json;
}

/** One parameter of a law: how it is described, read and recorded. */
export interface Parameter<Input, Value> {
  /** What may be written, in words for the catalogue: `"number | list | matrix"`. */
  readonly type: string;
  readonly description: string;
  /** What is read when nothing is written; `undefined` for a required parameter. */
  readonly fallback: Json | undefined;
  /**
   * Checks what was written.
   *
   * @throws DomainError, ShapeError or NumericalError whose `where` is the site's
   */
  read(input: unknown, site: Site): Reading<Value>;
  /** The dimension that an unchecked input settles by its length, if any. */
  readonly impliedDimension?: (input: unknown) => number | undefined;
  /** For points that a law file may also name by the `file` of a table; see `withTables`. */
  readonly readsTable?: true;
  /** For a law inside a law: its kind. */
  readonly holds?: LawKind;
  /** Only a type: what a TypeScript caller may pass. Never set. */
  readonly accepts?: Input;
}

/** The parameters of one law, by name. */
export type Parameters = Readonly<Record<string, Parameter<unknown, unknown>>>;

/** What a parameter says about itself. With a fallback it may be left out. */
export interface About {
  readonly description: string;
  readonly fallback?: Json;
}

/** The input type of a parameter: optional exactly when a fallback stands behind it. */
export type Accepted<A extends About, Input> = A extends { readonly fallback: Json } ? Input | undefined : Input;

/** The values that a law's functions receive. */
export type ValuesOf<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<unknown, infer Value> ? Value : never;
};

type InputOf<P> = P extends Parameter<infer Input, unknown> ? Input : never;
type OptionalNames<P extends Parameters> = {
  [Name in keyof P]: undefined extends InputOf<P[Name]> ? Name : never;
}[keyof P];

/** What a TypeScript caller passes to a law's factory. */
export type InputsOf<P extends Parameters> = {
  readonly [Name in Exclude<keyof P, OptionalNames<P>>]: InputOf<P[Name]>;
} & { readonly [Name in OptionalNames<P>]?: InputOf<P[Name]> };

type NumberParameter = <A extends About>(about: A) => Parameter<Accepted<A, number>, number>;

/** Any finite number. */
export const real: NumberParameter = (about) => numberParameter(about, "number", "a finite number", () => true);

/** A finite number > 0. */
export const positive: NumberParameter = (about) =>
  numberParameter(about, "number > 0", "a positive number", (x) => x > 0);

/** A finite number ≥ 0. */
export const nonNegative: NumberParameter = (about) =>
  numberParameter(about, "number ≥ 0", "a number ≥ 0", (x) => x >= 0);

/** A whole number ≥ 1. */
export const positiveInteger: NumberParameter = (about) =>
  numberParameter(about, "integer ≥ 1", "an integer ≥ 1", (x) => Number.isSafeInteger(x) && x >= 1);

/** A whole number ≥ 0. */
export const wholeNumber: NumberParameter = (about) =>
  numberParameter(about, "integer ≥ 0", "an integer ≥ 0", (x) => Number.isSafeInteger(x) && x >= 0);

/** A finite number strictly between two others. */
export function between<A extends About>(from: number, to: number, about: A): Parameter<Accepted<A, number>, number> {
  const range = `strictly between ${from} and ${to}`;
  return numberParameter(about, `number ${range}`, `a number ${range}`, (x) => x > from && x < to);
}

/** `true` or `false`. */
export function flag<A extends About>(about: A): Parameter<Accepted<A, boolean>, boolean> {
  return {
    type: "true | false",
    description: about.description,
    fallback: about.fallback,
    read(input, { where }) {
      if (typeof input !== "boolean") throw refusal(where, "true or false", input, "write true or false, unquoted");
      return { value: input, recorded: input };
    },
  };
}

/** A non-empty list of finite numbers. */
export function numberList<A extends About>(about: A): Parameter<Accepted<A, readonly number[]>, readonly number[]> {
  return {
    type: "list of numbers",
    description: about.description,
    fallback: about.fallback,
    read(input, { where }) {
      if (!Array.isArray(input) || input.length === 0) {
        throw refusal(where, "a list of numbers", input, "write for example [0, 1]");
      }
      const numbers = input.map((entry, at) => finiteNumber(entry, `${where}[${at}]`));
      return { value: numbers, recorded: numbers };
    },
  };
}

/** Lets a finite number through. Strings are refused, `"NaN"` among them. */
export function finiteNumber(input: unknown, where: string): number {
  if (typeof input === "number" && Number.isFinite(input)) return input;
  throw refusal(where, "a finite number", input, "write a plain JSON number such as 0.5");
}

/** The one shape of "this value does not belong here". */
export function refusal(where: string, expected: string, input: unknown, hint: string): DomainError {
  return new DomainError({ where, expected, arrived: describeValue(input), hint });
}

function numberParameter<A extends About>(
  about: A,
  type: string,
  expected: string,
  belongs: (x: number) => boolean,
): Parameter<Accepted<A, number>, number> {
  return {
    type,
    description: about.description,
    fallback: about.fallback,
    read(input, { where }) {
      const value = finiteNumber(input, where);
      if (!belongs(value)) throw refusal(where, expected, value, `choose ${expected}`);
      return { value, recorded: value };
    },
  };
}
