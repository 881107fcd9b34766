import { log, type Estimate } from "@onestep/core";

/** The logarithm of an estimate, its error by the delta method. */
export function logarithmOf({ value, standardError, count }: Estimate): Estimate {
  return { value: log(value), standardError: standardError / value, count };
}
