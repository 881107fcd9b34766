import { ShapeError } from "@onestep/core";
import { describeLaw, type RecordedLaw } from "./definition.ts";
import { isObject } from "./json.ts";
import type { LawKind } from "./law-kind.ts";
import { refusal, type About, type Parameter } from "./parameter.ts";

/**
 * A law inside a law: the tasks of a linear target, the target whose sign is drawn. It arrives built; law files are
 * read from the inside out.
 */
export function lawParameter<Law extends RecordedLaw & { readonly dimension: number }>(
  kind: Law["kind"] & LawKind,
  about: About,
): Parameter<Law, Law> {
  return {
    type: `law of ${kind}`,
    description: about.description,
    fallback: undefined,
    holds: kind,
    impliedDimension: (input) => (isLawOf<Law>(kind, input) ? input.dimension : undefined),
    read(input, { where, dimension }) {
      if (!isLawOf<Law>(kind, input)) throw refusal(where, `a law of ${kind}`, input, 'write { "law": … }');
      if (input.dimension !== dimension) {
        throw new ShapeError({
          where,
          expected: `a law in dimension ${dimension}, like the law around it`,
          arrived: `dimension ${input.dimension}`,
          hint: "give both laws the same dimension",
        });
      }
      return { value: input, recorded: describeLaw(input) };
    },
  };
}

function isLawOf<Law>(kind: LawKind, input: unknown): input is Law {
  return isObject(input) && input["kind"] === kind && isObject(input["parameters"]);
}
