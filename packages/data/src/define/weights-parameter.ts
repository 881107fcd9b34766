import { DomainError, probabilities } from "@onestep/core";
import { numberList, type About, type Accepted, type Parameter } from "./parameter.ts";

/** Probabilities π_k: a list of numbers ≥ 0 that sum to 1. The rounding of their decimals is divided out. */
export function weightsParameter<A extends About>(
  about: A,
): Parameter<Accepted<A, readonly number[]>, readonly number[]> {
  const list = numberList(about);
  return {
    ...list,
    type: "list of weights that sum to 1",
    read(input, site) {
      const { value, recorded } = list.read(input, site);
      return { value: probabilitiesAt(site.where, value), recorded };
    },
  };
}

/** Passes weights through the one gate of probabilities and says where they stand in the law file. */
function probabilitiesAt(where: string, list: readonly number[]): readonly number[] {
  try {
    return Array.from(probabilities(list));
  } catch (cause) {
    if (!(cause instanceof DomainError)) throw cause;
    throw new DomainError({ where, expected: cause.expected, arrived: cause.arrived, hint: cause.hint, cause });
  }
}
