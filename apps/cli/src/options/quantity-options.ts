import { quantities, type OptionEntry, type OptionType, type OptionValue, type Quantity } from "@onestep/lab";
import { UsageError } from "../errors.ts";
import { readMatrixFile } from "./matrix-file.ts";
import { sizeFlags } from "./law-flags.ts";
import { parseNumber, parseNumbers } from "./numbers.ts";

// The flags of `onestep theory` follow from the options that quantities declare.

/** A flag as the argument scanner takes it. */
interface Flag {
  readonly kind: "parsed" | "boolean";
  readonly brief: string;
  readonly [detail: string]: unknown;
}

/** A matrix stays the path of its file until its quantity asks for it. */
const parsers: Readonly<Record<Exclude<OptionType, "flag">, (input: string) => number | readonly number[] | string>> = {
  number: parseNumber,
  "list of numbers": parseNumbers,
  matrix: String,
};

/** Every option of any quantity as a flag, with the quantities that take it. */
export const quantityFlags: Readonly<Record<string, Flag>> = Object.fromEntries(
  quantities.flatMap(({ options }) => options).map((option) => [option.name, flagOf(option)]),
);

function flagOf(option: OptionEntry): Flag {
  const users = quantities.filter(({ options }) => options.some(({ name }) => name === option.name));
  const description = option.description.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const brief = `${description} (${users.map(({ name }) => name).join(", ")})`;
  if (option.type === "flag") return { kind: "boolean", brief, default: false, withNegated: false };
  return { kind: "parsed", parse: parsers[option.type], brief, optional: true, placeholder: option.placeholder };
}

/**
 * The options of one quantity out of all flags that were given.
 *
 * @throws UsageError for one that is missing, or one that this quantity does not take
 */
export function optionsOf(quantity: Quantity, flags: Readonly<Record<string, unknown>>): Record<string, OptionValue> {
  const taken = quantity.options.map(({ name }) => name);
  // A quantity that needs a law takes the law's sizes with it.
  const ofLaw = quantity.needsLaw ? Object.keys(sizeFlags) : [];
  for (const name of Object.keys(quantityFlags).filter((one) => !ofLaw.includes(one))) {
    const isGiven = flags[name] !== undefined && flags[name] !== false;
    if (isGiven && !taken.includes(name)) throw unwanted(quantity, name);
  }
  return Object.fromEntries(
    quantity.options.map((option) => [option.name, read(quantity, option, flags[option.name])]),
  );
}

/** How a quantity is asked for: `onestep theory depth --law law.json --layers L`. */
export function usageOf({ name, options, needsLaw }: Quantity): string {
  const parts = options.map(({ flag, placeholder, required }) => (required ? `${flag} ${placeholder}` : `[${flag}]`));
  return ["onestep theory", name, ...(needsLaw ? ["--law law.json"] : []), ...parts].join(" ");
}

function read(quantity: Quantity, option: OptionEntry, given: unknown): OptionValue {
  if (given === undefined) {
    throw new UsageError({
      where: `theory ${quantity.name}`,
      expected: `${option.flag} ${option.placeholder}: ${option.description}`,
      arrived: `no ${option.flag}`,
      hint: usageOf(quantity),
    });
  }
  return option.type === "matrix" ? readMatrixFile(given as string, option.flag) : (given as OptionValue);
}

function unwanted(quantity: Quantity, name: string): UsageError {
  const flags = quantity.options.map(({ flag }) => flag);
  const option = quantities.flatMap(({ options }) => options).find((entry) => entry.name === name);
  return new UsageError({
    where: `theory ${quantity.name}`,
    expected: flags.length === 0 ? "no option besides --law" : `no option besides --law and ${flags.join(", ")}`,
    arrived: option?.flag ?? name,
    hint: usageOf(quantity),
  });
}
