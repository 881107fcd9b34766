import type { MissingMoment } from "./define-covariates.ts";
import { finiteNumber, refusal, type About, type Accepted, type Parameter } from "./parameter.ts";

/** The degrees of freedom ν of a Student law with a variance: a number > 2, whole or not. */
export function degreesOfFreedomParameter<A extends About>(about: A): Parameter<Accepted<A, number>, number> {
  return {
    type: "number > 2",
    description: about.description,
    fallback: about.fallback,
    read(input, { where }) {
      const value = finiteNumber(input, where);
      if (value > 2) return { value, recorded: value };
      const hint = "with ν ≤ 2 the variance is infinite: choose ν > 2, and ν > 4 where fourth moments are needed";
      throw refusal(where, "more than 2 degrees of freedom", value, hint);
    },
  };
}

/** Why rows with these degrees of freedom, at most 4, have no fourth moment. */
export function noFourthMomentFor(nu: number): MissingMoment {
  return { missing: `E‖x‖⁴ is infinite for ν = ${nu} degrees of freedom; it takes ν > 4` };
}
