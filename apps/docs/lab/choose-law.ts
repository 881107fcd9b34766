import { lawShelf, linkShelf, parsePromptLaw, type Json, type JsonObject, type LawKind } from "@onestep/data";

/** The kinds of laws that a control may choose from. */
export type ChoiceKind = LawKind | "link";

/** The kind of the law that a parameter of this type holds; undefined where it holds none. */
export function kindInside(type: string): ChoiceKind | undefined {
  if (type === "link") return type;
  return type.startsWith("law of ") ? (type.slice("law of ".length) as LawKind) : undefined;
}

/** One parameter as a definition holds it. */
interface Definition {
  readonly name: string;
  readonly parameters: Readonly<
    Record<string, { readonly fallback: unknown; impliedDimension?: (input: unknown) => number | undefined }>
  >;
  readonly examples?: readonly JsonObject[];
}

/**
 * A law or link by its name, with what it needs: of its examples, the required parameters of the first that does not ask
 * for another dimension.
 */
export function startingLaw(kind: ChoiceKind, name: string, dimension: number): JsonObject {
  const key = kind === "link" ? "name" : "law";
  const shelf: readonly { readonly definition: Definition }[] = kind === "link" ? linkShelf : lawShelf[kind];
  const definition = shelf.find((factory) => factory.definition.name === name)?.definition;
  if (definition === undefined) return { [key]: name };
  const required = Object.entries(definition.parameters).filter(([, { fallback }]) => fallback === undefined);
  const choices = (definition.examples ?? []).map((example) => ({
    needed: Object.fromEntries(
      required.flatMap(([parameter]) => (parameter in example ? [[parameter, example[parameter]]] : [])),
    ),
    fits: required.every(([parameter, { impliedDimension }]) => {
      const implied = impliedDimension?.(example[parameter]);
      return implied === undefined || implied === dimension;
    }),
  }));
  const choice = choices.find(({ fits }) => fits) ?? choices[0];
  return { [key]: name, ...choice?.needed };
}

/** The dimension that the parts of a law file settle by themselves, if they do. */
export function settledDimension(file: JsonObject): number | undefined {
  const { dimension: _written, ...parts } = file;
  try {
    return parsePromptLaw(parts).dimension;
  } catch {
    return undefined;
  }
}

/** A link as a law file writes it: its bare name where it has no parameters. */
export function shortLink(link: JsonObject): Json {
  return Object.keys(link).length === 1 ? link["name"] : link;
}
