import type { About, Accepted, Parameter } from "./parameter.ts";
import { refusal } from "./parameter.ts";
import { requireKnownNames } from "./unknown-name-error.ts";

/** One of a few names. */
export function choiceParameter<Name extends string, A extends About>(
  names: readonly Name[],
  about: A,
): Parameter<Accepted<A, Name>, Name> {
  const type = names.map((name) => JSON.stringify(name)).join(" | ");
  return {
    type,
    description: about.description,
    fallback: about.fallback,
    read(input, { where }) {
      if (typeof input !== "string") throw refusal(where, type, input, "write one of these names");
      requireKnownNames([input], { where, role: "choice", candidates: names });
      return { value: input as Name, recorded: input };
    },
  };
}
