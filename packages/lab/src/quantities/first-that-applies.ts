import { AssumptionError } from "@onestep/core";

/** The preferred way where the law meets its hypotheses, else the other. Errors of another kind pass. */
export function firstThatApplies<R>(preferred: () => R, otherwise: () => R): R {
  try {
    return preferred();
  } catch (error) {
    if (error instanceof AssumptionError) return otherwise();
    throw error;
  }
}
