import { AssumptionError } from "@onestep/core";

/** What a theorem says, or undefined where a law does not meet its hypotheses. Errors of another kind pass. */
export function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof AssumptionError) return undefined;
    throw error;
  }
}
