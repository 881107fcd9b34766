import type { Json, JsonObject, LawFlags } from "@onestep/data";

import { lawText } from "../../reference/law-flag.ts";

/** A law in the flags of the command line, and the one thing that only `--set` can say. */
export interface SpokenLaw {
  readonly flags: LawFlags;
  /** Lengths that are drawn: `{ "law": "uniform", "from": 1, "to": 20 }`. */
  readonly contextLength?: JsonObject;
}

/** A law file as flags; what they leave out is what `lawFileOfFlags` fills in. */
export function flagsOfLaw(file: JsonObject): SpokenLaw {
  const { contextLength, dimension, covariates, target, noise, query, queries } = file;
  const { tasks, ...ofTarget } = target as JsonObject;
  const isLinear = ofTarget["law"] === "linear";
  // Only a linear target has its tasks in a flag of their own: inside others they stand where they stood.
  const spokenTarget = isLinear ? ofTarget : (target as JsonObject);
  const lengths = isObject(contextLength) ? contextLength : undefined;
  const ofQuery = isObject(query) ? query["covariates"] : undefined;
  return {
    flags: {
      context: lengths === undefined ? (contextLength as number) : longest(lengths),
      ...(dimension === undefined ? {} : { dimension: dimension as number }),
      ...part("covariates", covariates, "gaussian"),
      ...part("target", spokenTarget, "linear"),
      ...(isLinear ? part("tasks", tasks, "gaussian") : {}),
      ...part("noise", noise, "none"),
      ...part("query", ofQuery),
      ...(queries === undefined ? {} : { queries: queries as number }),
    },
    ...(lengths === undefined ? {} : { contextLength: lengths }),
  };
}

/** The part as its flag; nothing where it is the law that the flags mean by themselves. */
function part(name: keyof LawFlags, law: Json | undefined, silent?: string): LawFlags {
  if (!isObject(law)) return {};
  const { law: lawName, ...parameters } = law;
  const text = lawText(lawName as string, parameters);
  return text === silent ? {} : { [name]: text };
}

function longest(lengths: JsonObject): number {
  return typeof lengths["to"] === "number" ? lengths["to"] : 1;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
