import { makeFactory, type Factory } from "./definition.ts";
import { growthOf } from "./growth.ts";
import { isObject, type JsonObject } from "./json.ts";
import {
  refusal,
  type About,
  type Accepted,
  type InputsOf,
  type Parameter,
  type Parameters,
  type ValuesOf,
} from "./parameter.ts";
import { requireKnownNames } from "./unknown-name-error.ts";

/** The moments of z ↦ g(tz), z ~ N(0, 1), through which alone a single-index target enters the optimum. */
export interface LinkMoments {
  /** c₁ = E[z g(tz)] */
  readonly slope: number;
  /** a = E[g(tz)²] */
  readonly energy: number;
  /** b₂ = E[g(tz)² z²] */
  readonly tiltedEnergy: number;
}

/** A scalar function g and its Gaussian moments. */
export interface Link {
  readonly kind: "link";
  readonly name: string;
  readonly parameters: JsonObject;
  readonly parity: "odd" | "even" | "neither";
  /** g(x) = O(|x|^growth) as |x| → ∞: the degree of a polynomial, 0 where g is bounded; ∞ where it is not declared. */
  readonly growth: number;
  /** g(x): only + − × ÷ √ and onestep's own elementary functions, so that every engine gives the same bytes. */
  value(x: number): number;
  /**
   * The moments of z ↦ g(tz).
   *
   * @param scale t > 0
   */
  moments(scale: number): LinkMoments;
}

/** What a link must say. */
export interface LinkDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  /** As a law file writes them; a link that needs no parameters is also checked without any. */
  readonly examples?: readonly JsonObject[];
  parity(values: ValuesOf<P>): Link["parity"];
  /** A function where it depends on the parameters. Left out, every moment of heavy-tailed covariates is asked for. */
  readonly growth?: number | ((values: ValuesOf<P>) => number);
  value(values: ValuesOf<P>): Link["value"];
  moments(values: ValuesOf<P>): Link["moments"];
}

/** Makes a link out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineLink<P extends Parameters>(definition: LinkDefinition<P>): Factory<InputsOf<P>, Link> {
  return makeFactory({ ...definition, kind: "link" }, ({ values, recorded }) => ({
    kind: "link",
    name: definition.name,
    parameters: recorded,
    parity: definition.parity(values),
    growth: growthOf(definition.growth, values),
    value: definition.value(values),
    moments: definition.moments(values),
  }));
}

/** A link: its name, an object with its name and parameters, or a link itself. */
export function linkParameter<A extends About>(
  shelf: readonly Factory<never, Link>[],
  about: A,
): Parameter<Accepted<A, string | JsonObject | Link>, Link> {
  const definitions = shelf.map((factory) => factory.definition);
  const candidates = definitions.map((definition) => definition.name);
  return {
    type: "link",
    description: about.description,
    fallback: about.fallback,
    read(input, { where }) {
      if (isLink(input)) return { value: input, recorded: describeLink(input) };
      const { name, ...parameters } = isObject(input) ? input : { name: input };
      if (typeof name !== "string") {
        throw refusal(where, "a link's name or an object with one", input, 'write "relu" or { "name": "relu" }');
      }
      requireKnownNames([name], { where, role: "link", candidates });
      const definition = definitions.find((candidate) => candidate.name === name)!;
      const value = definition.build(parameters, { where });
      return { value, recorded: describeLink(value) };
    },
  };
}

/** The law-file form of a link: its bare name where it has no parameters. */
export function describeLink(link: Link): string | JsonObject {
  return Object.keys(link.parameters).length === 0 ? link.name : { name: link.name, ...link.parameters };
}

function isLink(input: unknown): input is Link {
  return isObject(input) && input["kind"] === "link" && typeof input["value"] === "function";
}
