import { lawShelf, type LawByKind } from "../catalogue.ts";
import { isObject } from "../define/json.ts";
import type { LawKind } from "../define/law-kind.ts";
import { refusal } from "../define/parameter.ts";
import { tableParameterOf } from "./tables.ts";
import { requireKnownNames } from "../define/unknown-name-error.ts";

/** A law of a law file whose names are all known, and whose values are not yet read. */
export interface ResolvedLaw<Law = unknown> {
  readonly where: string;
  /** The dimension that a list, a matrix or a law inside settles, if any. */
  readonly impliedDimension: number | undefined;
  /** Reads the values, laws inside first. */
  build(dimension: number): Law;
}

/**
 * Finds the definition that a law's JSON names, and those of the laws inside it.
 *
 * @throws DomainError unless it is an object with a `law`
 * @throws UnknownNameError for a law or parameter that does not exist
 */
export function resolveLaw<Kind extends LawKind>(
  kind: Kind,
  json: unknown,
  where: string,
): ResolvedLaw<LawByKind[Kind]> {
  const { law: name, ...inputs } = isObject(json) ? json : {};
  if (typeof name !== "string") {
    const arrived = isObject(json) ? name : json;
    throw refusal(where, 'an object with the name of a law, { "law": … }', arrived, `name a law of ${kind}`);
  }
  const definitions = lawShelf[kind].map((factory) => factory.definition);
  requireKnownNames([name], { where, role: `law of ${kind}`, candidates: definitions.map((entry) => entry.name) });
  const definition = definitions.find((entry) => entry.name === name)!;
  const parameters = Object.entries(definition.parameters);
  if (inputs["file"] !== undefined && tableParameterOf(definition.parameters) !== undefined) {
    const hint = "files are read by the command line; in code, pass the law file through withTables";
    throw refusal(`${where}.file`, "the points themselves, under rows", inputs["file"], hint);
  }
  requireKnownNames(Object.keys(inputs), {
    where,
    role: `parameter of ${name}`,
    candidates: parameters.map(([parameter]) => parameter),
  });

  const inner = new Map<string, ResolvedLaw>();
  const implied: (number | undefined)[] = [];
  for (const [parameter, { holds, impliedDimension }] of parameters) {
    const input = inputs[parameter];
    if (holds !== undefined && input !== undefined) {
      inner.set(parameter, resolveLaw(holds, input, `${where}.${parameter}`));
    }
    implied.push(inner.get(parameter)?.impliedDimension ?? impliedDimension?.(input));
  }
  return {
    where,
    impliedDimension: implied.find((dimension) => dimension !== undefined),
    build(dimension) {
      const built = Object.fromEntries([...inner].map(([parameter, law]) => [parameter, law.build(dimension)]));
      return definition.build({ ...inputs, ...built }, { where, dimension });
    },
  };
}
