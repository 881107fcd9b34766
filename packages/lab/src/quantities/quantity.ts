import { AssumptionError, DomainError } from "@onestep/core";
import type { Json, PromptLaw } from "@onestep/data";
import type { Citation, ClosedForm } from "@onestep/theory";
import {
  entriesOf,
  readOptions,
  type OptionEntry,
  type Options,
  type OptionValue,
  type OptionValues,
} from "./option.ts";
import { plainJson, type Printable } from "./plain-json.ts";

/** What a quantity is computed from. */
export interface QuantityInput {
  /** The law it is asked of; not needed where `needsLaw` is false. */
  readonly law?: PromptLaw | undefined;
  readonly options?: Readonly<Record<string, OptionValue | undefined>>;
  /** For the few quantities that have no closed form and are estimated. */
  readonly seed: number;
}

/** A number, a matrix or named numbers that theory knows of a law, with their passport, in plain JSON. */
export interface QuantityDocument {
  readonly quantity: string;
  /** The value, or in its place the names of one that `unfolds`. */
  readonly [name: string]: unknown;
  readonly formula: string;
  readonly hypotheses: readonly string[];
  readonly source: Citation;
}

/** One entry of the catalogue: what can be asked of a law. */
export interface Quantity {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionEntry[];
  readonly needsLaw: boolean;
  /**
   * Computes it.
   *
   * @throws AssumptionError for a law outside its hypotheses: the hint names what still applies
   * @throws DomainError, ShapeError for options outside the mathematics; NumericalError rather than a NaN
   */
  readonly compute: (input: QuantityInput) => QuantityDocument;
}

/** What a quantity must say; everything else follows from it. */
export interface QuantityDefinition<Setting, O extends Options> {
  readonly name: string;
  readonly summary: string;
  readonly options?: O;
  /** What the formula needs to know of a law; left out by a quantity that needs none. */
  readonly reads?: (law: PromptLaw) => Setting;
  formula(setting: Setting, options: OptionValues<O>, seed: number): ClosedForm<Printable>;
  /** What still applies where the formula refuses a setting. */
  readonly otherwise?: string;
  /** Whether the names of its value stand beside the passport instead of under `value`. */
  readonly unfolds?: boolean;
}

/** Makes an entry of the catalogue out of one definition. */
export function defineQuantity<Setting, O extends Options = Options>(
  definition: QuantityDefinition<Setting, O>,
): Quantity {
  const { name, summary, reads, otherwise, unfolds = false } = definition;
  const options = definition.options ?? ({} as O);
  return {
    name,
    summary,
    options: entriesOf(options),
    needsLaw: reads !== undefined,
    compute: ({ law, options: given = {}, seed }) => {
      const values = readOptions(name, options, given);
      const setting = reads === undefined ? (undefined as Setting) : reads(requireLaw(name, law));
      const { value, formula, hypotheses, source } = advise(name, otherwise, () =>
        definition.formula(setting, values, seed),
      );
      const plain = plainJson(value, name);
      return {
        quantity: name,
        ...(unfolds ? (plain as Record<string, Json>) : { value: plain }),
        formula,
        hypotheses,
        source,
      };
    },
  };
}

function requireLaw(quantity: string, law: PromptLaw | undefined): PromptLaw {
  if (law !== undefined) return law;
  throw new DomainError({
    where: quantity,
    expected: "a law",
    arrived: "nothing",
    hint: "only wishart-moments needs none",
  });
}

/** A refusal by the formula, in the words of the one who asked for the quantity. */
function advise<R>(where: string, hint: string | undefined, body: () => R): R {
  try {
    return body();
  } catch (error) {
    if (hint === undefined || !(error instanceof AssumptionError)) throw error;
    const { expected, arrived, source, unmet } = error;
    throw new AssumptionError({ where, expected, arrived, hint, source, unmet, cause: error });
  }
}
