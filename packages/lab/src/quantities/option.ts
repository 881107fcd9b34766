import { DomainError, type Matrix } from "@onestep/core";

/** What may be written for an option: how a command line reads it follows from this alone. */
export type OptionType = "number" | "list of numbers" | "matrix" | "flag";

/** A value of an option, read. */
export type OptionValue = number | readonly number[] | Matrix | boolean;

/** One option of a quantity. */
export interface Option<Value extends OptionValue> {
  readonly type: OptionType;
  /** How the value is called in a usage line: `η`, `t1,t2,…`. */
  readonly placeholder: string;
  readonly description: string;
  /** Only a type: what `compute` receives. Never set. */
  readonly reads?: Value;
}

/** The options of one quantity, by name. */
export type Options = Readonly<Record<string, Option<OptionValue>>>;

/** The values that a quantity's formula receives: a flag that is left out is false, everything else is required. */
export type OptionValues<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer Value> ? Value : never;
};

/** An option as the catalogue lists it. */
export interface OptionEntry {
  readonly name: string;
  /** `--step-size` */
  readonly flag: string;
  readonly type: OptionType;
  readonly required: boolean;
  readonly placeholder: string;
  readonly description: string;
}

/** Any number; whether it makes sense is for the formula to say. */
export const numberOption = (placeholder: string, description: string): Option<number> => ({
  type: "number",
  placeholder,
  description,
});

/** Numbers with commas between them. */
export const listOption = (placeholder: string, description: string): Option<readonly number[]> => ({
  type: "list of numbers",
  placeholder,
  description,
});

/** A matrix by its rows; the command line reads it from a file. */
export const matrixOption = (placeholder: string, description: string): Option<Matrix> => ({
  type: "matrix",
  placeholder,
  description,
});

/** False unless it is given. */
export const flagOption = (description: string): Option<boolean> => ({ type: "flag", placeholder: "", description });

/**
 * The options of a quantity in plain JSON.
 *
 * @example
 * entriesOf({ stepSize: numberOption("η", "a step") })[0].flag; // => "--step-size"
 */
export function entriesOf(options: Options): readonly OptionEntry[] {
  return Object.entries(options).map(([name, { type, placeholder, description }]) => ({
    name,
    flag: `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
    type,
    required: type !== "flag",
    placeholder,
    description,
  }));
}

/**
 * Checks that every required option is there and of its type.
 *
 * @throws DomainError for the first that is not
 */
export function readOptions<O extends Options>(
  quantity: string,
  options: O,
  given: Readonly<Record<string, OptionValue | undefined>>,
): OptionValues<O> {
  const values = Object.entries(options).map(([name, { type, description }]) => {
    const value = given[name] ?? (type === "flag" ? false : undefined);
    if (typeOf(value) === type) return [name, value];
    throw new DomainError({
      where: `${quantity}.${name}`,
      expected: `${description}, a ${type}`,
      arrived: value === undefined ? "nothing" : `a ${typeOf(value) ?? typeof value}`,
      hint: "onestep list quantities shows the options of each",
    });
  });
  return Object.fromEntries(values) as OptionValues<O>;
}

function typeOf(value: OptionValue | undefined): OptionType | undefined {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "flag";
  if (value === undefined) return undefined;
  return "values" in value && !Array.isArray(value) ? "matrix" : "list of numbers";
}
