import { DomainError, NumericalError } from "@onestep/core";
import { describeValue, type Json, type JsonObject } from "./json.ts";
import type { LawKind } from "./law-kind.ts";
import { refusal, type InputsOf, type Parameters, type Site, type ValuesOf } from "./parameter.ts";
import { requireRoomForMatrices } from "./room.ts";
import { requireKnownNames } from "./unknown-name-error.ts";

/** What every law carries besides its mathematics: enough for a report to print it as a law file. */
export interface RecordedLaw {
  readonly kind: LawKind;
  readonly name: string;
  /** The parameters with every fallback filled in, as a law file would write them. */
  readonly parameters: JsonObject;
}

/** A named recipe for laws or links: what the catalogue lists, and how one is built from written parameters. */
export interface Definition<Made = unknown> {
  readonly kind: LawKind | "link";
  readonly name: string;
  readonly summary: string;
  readonly parameters: Parameters;
  /** Parameters that show what the law can be, as a law file writes them: what its checks are run on. */
  readonly examples?: readonly JsonObject[];
  /** Builds from unchecked inputs; `site.dimension` is left out where the inputs must settle it themselves. */
  build(inputs: Readonly<Record<string, unknown>>, site: { where: string; dimension?: number }): Made;
}

/** Builds laws from TypeScript, and carries the definition by which law files build them. */
export interface Factory<Inputs, Made> {
  (...inputs: object extends Inputs ? [inputs?: Inputs] : [inputs: Inputs]): Made;
  readonly definition: Definition<Made>;
}

/** A law that lives in R^d also accepts d itself, where no list or matrix implies it. */
export type DimensionalInputs<P extends Parameters> = InputsOf<P> & { readonly dimension?: number };

/** The checked values of a law in R^d. */
export type DimensionalValues<P extends Parameters> = ValuesOf<P> & { readonly dimension: number };

/** The values of a definition's parameters, checked, with the form in which they are recorded. */
export interface ReadParameters<P extends Parameters> {
  readonly values: ValuesOf<P>;
  readonly recorded: JsonObject;
  readonly site: Site;
}

/** Turns a recipe into a factory: names are checked, fallbacks filled in, the dimension settled, parameters read. */
export function makeFactory<P extends Parameters, Inputs, Made>(
  about: Omit<Definition, "build"> & { readonly parameters: P },
  make: (read: ReadParameters<P>) => Made,
): Factory<Inputs, Made> {
  const { kind, name, parameters } = about;
  const dimensional = kind !== "noise" && kind !== "link";
  const candidates = [...Object.keys(parameters), ...(dimensional ? ["dimension"] : [])];

  const definition: Definition<Made> = {
    ...about,
    build(inputs, { where, dimension }) {
      requireKnownNames(Object.keys(inputs), { where, role: `parameter of ${name}`, candidates });
      const site = { where, dimension: dimensional ? (dimension ?? settleDimension(parameters, inputs, where)) : 1 };
      const read = readParameters(parameters, inputs, site);
      return underPath(where, () => make(read));
    },
  };
  const factory = (inputs?: Inputs): Made => definition.build(inputs ?? {}, { where: `${name} ${kind}` });
  return Object.assign(factory, { definition }) as Factory<Inputs, Made>;
}

/** A shelf in the order in which it is read: the plainest one, and the others by name. */
export function plainFirst<Made>(plainest: string, factories: readonly Factory<never, Made>[]): Factory<never, Made>[] {
  const rank = ({ definition: { name } }: Factory<never, Made>): string => (name === plainest ? "" : name);
  return [...factories].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** Checks a dimension: an integer d ≥ 1 whose matrices fit in memory. */
export function readDimension(input: unknown, where: string): number {
  if (Number.isSafeInteger(input) && (input as number) >= 1) {
    requireRoomForMatrices(where, input as number);
    return input as number;
  }
  throw refusal(where, "an integer dimension ≥ 1", input, "give the number of coordinates of a covariate");
}

/** Says of what law it is that its parameters make no matrix or sampler. */
function underPath<Made>(where: string, make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    const isOfMathematics = cause instanceof DomainError || cause instanceof NumericalError;
    if (!isOfMathematics || cause.where.startsWith(where)) throw cause;
    throw new NumericalError({
      where,
      expected: `parameters that make a law: ${cause.expected} (${cause.where})`,
      arrived: cause.arrived,
      hint: "choose parameters of moderate size, whose products do not overflow",
      cause,
    });
  }
}

/** The law-file form of a law. */
export function describeLaw(law: RecordedLaw): JsonObject {
  return { law: law.name, ...law.parameters };
}

function readParameters<P extends Parameters>(
  parameters: P,
  inputs: Readonly<Record<string, unknown>>,
  site: Site,
): ReadParameters<P> {
  const values: Record<string, unknown> = {};
  const recorded: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const where = `${site.where}.${name}`;
    const input = inputs[name] === undefined ? parameter.fallback : inputs[name];
    if (input === undefined) {
      throw new DomainError({
        where,
        expected: `${parameter.type}: ${parameter.description}`,
        arrived: describeValue(input),
        hint: `give ${JSON.stringify(name)}; it has no default`,
      });
    }
    const reading = parameter.read(input, { where, dimension: site.dimension });
    values[name] = reading.value;
    recorded[name] = reading.recorded;
  }
  return { values: values as ValuesOf<P>, recorded, site };
}

function settleDimension(parameters: Parameters, inputs: Readonly<Record<string, unknown>>, where: string): number {
  if (inputs["dimension"] !== undefined) return readDimension(inputs["dimension"], `${where}.dimension`);
  for (const [name, parameter] of Object.entries(parameters)) {
    const implied = parameter.impliedDimension?.(inputs[name]);
    if (implied !== undefined) return readDimension(implied, `${where}.${name}`);
  }
  throw refusal(
    `${where}.dimension`,
    "a dimension",
    undefined,
    "give a dimension, or a list or matrix that implies it",
  );
}
