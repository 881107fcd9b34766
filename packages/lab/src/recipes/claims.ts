import type { Estimate } from "@onestep/core";
import type { Claim, ClaimSource } from "../claim.ts";

/** What a claim predicts, and where that comes from: a closed form, or a number beside its source. */
export interface Target {
  readonly value: number;
  readonly source: ClaimSource;
}

/** What was observed: an estimate, or a number that was computed exactly. */
type Seen = Pick<Estimate, "value" | "standardError"> | number;

/** The observation lies within a tolerance of its target. */
export function within(name: string, target: Target, seen: Seen, tolerance: number): Claim {
  return claimOf("within", name, target, seen, tolerance);
}

/** The observation lies within a part of its target of it: 0.02 is 2 %. */
export function near(name: string, target: Target, seen: Seen, part: number): Claim {
  return claimOf("within", name, target, seen, part * Math.abs(target.value));
}

/** The observation is a Monte Carlo estimate of its target, to be known to a part of it. */
export function estimates(name: string, target: Target, seen: Seen, part: number): Claim {
  return claimOf("estimates", name, target, seen, part * Math.abs(target.value));
}

/** The observation is above its target, by more than a margin. */
export function above(name: string, target: Target, seen: Seen, margin = 0): Claim {
  return claimOf("above", name, target, seen, margin);
}

/** The observation is below its target, by more than a margin. */
export function below(name: string, target: Target, seen: Seen, margin = 0): Claim {
  return claimOf("below", name, target, seen, margin);
}

function claimOf(
  relation: Claim["relation"],
  name: string,
  { value: predicted, source }: Target,
  seen: Seen,
  tolerance: number,
): Claim {
  const { value: observed, standardError } = typeof seen === "number" ? { value: seen, standardError: 0 } : seen;
  return { name, relation, predicted, observed, standardError, tolerance, source };
}
