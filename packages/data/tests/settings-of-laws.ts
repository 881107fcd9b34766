import { lawShelf, type LawByKind } from "../src/catalogue.ts";
import type { JsonObject } from "../src/define/json.ts";
import type { LawKind } from "../src/define/law-kind.ts";
import { resolveLaw } from "../src/law-file/resolve-law.ts";

/** A law at parameters that show what it can be. */
export interface LawSetting<Kind extends LawKind> {
  /** The law file of the law: `{"law":"student","degreesOfFreedom":3}` */
  readonly file: JsonObject;
  readonly law: LawByKind[Kind];
}

/** Where an example settles no dimension. */
const DIMENSION = 3;

/**
 * Every law of a kind at its examples and, where no parameter is required, at its defaults in one dimension and in
 * three.
 */
export function settingsOfLaws<Kind extends LawKind>(kind: Kind): readonly LawSetting<Kind>[] {
  return lawShelf[kind].flatMap(({ definition: { name, parameters, examples = [] } }) => {
    const needsNothing = Object.values(parameters).every(({ fallback }) => fallback !== undefined);
    const build = (inputs: JsonObject, dimension: number): LawSetting<Kind> => {
      const file = { law: name, ...inputs };
      const resolved = resolveLaw(kind, file, name);
      return { file, law: resolved.build(kind === "noise" ? 1 : (resolved.impliedDimension ?? dimension)) };
    };
    return [
      ...(needsNothing ? [build({}, DIMENSION)] : []),
      ...(needsNothing && kind !== "noise" ? [build({}, 1)] : []),
      ...examples.map((inputs) => build(inputs, DIMENSION)),
    ];
  });
}
