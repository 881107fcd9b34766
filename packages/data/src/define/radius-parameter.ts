import { positive, type Accepted, type About, type Parameter } from "./parameter.ts";

/** The radius of a sphere in R^d: a number > 0, or `"√d"`, at which the second moment is I. The number is recorded. */
export function radiusParameter<A extends About>(about: A): Parameter<Accepted<A, number | "√d">, number> {
  const number = positive(about);
  return {
    ...number,
    type: 'number > 0 | "√d"',
    read: (input, site) => number.read(input === "√d" ? Math.sqrt(site.dimension) : input, site),
  };
}
