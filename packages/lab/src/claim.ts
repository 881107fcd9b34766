import { DomainError, normalQuantile } from "@onestep/core";

/** Where a prediction comes from: a key of the bibliography and a place in it. */
export interface ClaimSource {
  readonly key: string;
  readonly locator: string;
}

/**
 * A prediction held against an observation.
 *
 * - `"within"`: observed lies within tolerance of predicted; for step sizes, and for distances, whose prediction is 0.
 * - `"estimates"`: observed is a Monte Carlo estimate of predicted; it agrees within its own standard error, and that
 *   error is small enough to mean something.
 * - `"above"`, `"below"`: observed is beyond predicted by more than tolerance, on that side.
 */
export interface Claim {
  readonly name: string;
  readonly relation: "within" | "estimates" | "above" | "below";
  readonly predicted: number;
  readonly observed: number;
  /** The sampling error of `observed`; 0 when it was computed exactly. */
  readonly standardError: number;
  readonly tolerance: number;
  readonly source: ClaimSource;
}

export type Verdict = "supported" | "contradicted" | "undecided";

/** A claim with its outcome. */
export interface JudgedClaim extends Claim {
  readonly verdict: Verdict;
  /** About how many times the draws would decide a claim that noise leaves undecided; absent where no number would. */
  readonly drawsToDecide?: number;
}

/** The chance that a true claim is called contradicted, unless another is asked for: four standard errors. */
export const FALSE_ALARM = 6.3e-5;

/**
 * Judges a claim. With z the two-sided quantile of `falseAlarm`, an observation contradicts its prediction only when
 * z standard errors cannot bridge the gap. It supports an `"estimates"`, `"above"` or `"below"` claim only when they
 * could not have made it up; a `"within"` claim speaks of this very layer, whose distance is known, so being within
 * suffices, and the standard error says how much of the distance is noise of training.
 *
 * @param options.falseAlarm the chance to contradict a true claim, 0 < falseAlarm < 1
 * @returns the verdict, and a score: z-scores for `"estimates"`, `"above"` and `"below"`, fractions of the tolerance
 *   for `"within"`
 * @throws DomainError for a claim that is not made of finite numbers, for a negative error or tolerance, and for a false
 *   alarm that is no probability between 0 and 1
 *
 * @example
 * const source = { key: "mahankali-2023", locator: "Theorem 1" };
 * const claim = { name: "distance", predicted: 0, observed: 0.004, standardError: 0.001, tolerance: 0.02, source };
 * judge({ ...claim, relation: "within" }, { falseAlarm: 6.3e-5 }).verdict; // => "supported"
 */
export function judge(claim: Claim, options: { readonly falseAlarm: number }): { verdict: Verdict; score: number } {
  requireFinite(claim);
  requireOptions(claim, options.falseAlarm);
  const { predicted, observed, standardError, tolerance } = claim;
  const reach = reachOf(claim, options.falseAlarm);
  const gap = observed - predicted;
  const inErrors = ratio(gap, standardError);
  switch (claim.relation) {
    case "within": {
      const score = ratio(Math.abs(gap), tolerance);
      if (Math.abs(gap) <= tolerance) return { verdict: "supported", score };
      return { verdict: Math.abs(gap) - reach > tolerance ? "contradicted" : "undecided", score };
    }
    case "estimates": {
      if (Math.abs(gap) > reach) return { verdict: "contradicted", score: inErrors };
      return { verdict: reach <= tolerance ? "supported" : "undecided", score: inErrors };
    }
    case "above":
      return { verdict: sideOf(gap - tolerance, reach), score: inErrors };
    case "below":
      return { verdict: sideOf(-gap - tolerance, reach), score: -inErrors };
  }
}

/**
 * A claim with its verdict. Where noise leaves it undecided, `drawsToDecide` is how many times the draws would do, should
 * the gap stay as it is: errors fall with the root of the draws.
 */
export function judged(claim: Claim, options: { readonly falseAlarm: number }): JudgedClaim {
  const { verdict } = judge(claim, options);
  if (verdict !== "undecided") return { ...claim, verdict };
  const { relation, predicted, observed, tolerance } = claim;
  const gap = observed - predicted;
  const room = {
    estimates: tolerance,
    within: Math.abs(gap) - tolerance,
    above: gap - tolerance,
    below: -gap - tolerance,
  }[relation];
  const drawsToDecide = (reachOf(claim, options.falseAlarm) / room) ** 2;
  return { ...claim, verdict, ...(Number.isFinite(drawsToDecide) && { drawsToDecide }) };
}

/** How far noise alone carries an observation, but for false alarms. */
function reachOf({ standardError }: Claim, falseAlarm: number): number {
  return -normalQuantile(falseAlarm / 2) * standardError;
}

/** The verdict of several claims together: one contradiction contradicts, one doubt leaves doubt. */
export function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("contradicted")) return "contradicted";
  return verdicts.includes("undecided") || verdicts.length === 0 ? "undecided" : "supported";
}

function sideOf(margin: number, reach: number): Verdict {
  if (margin > reach) return "supported";
  return margin < -reach ? "contradicted" : "undecided";
}

/** gap/unit as a finite number, also where the unit is 0: 0 for no gap, else the largest number. */
function ratio(gap: number, unit: number): number {
  if (gap === 0) return 0;
  return Math.max(-Number.MAX_VALUE, Math.min(gap / unit, Number.MAX_VALUE));
}

function requireOptions({ standardError, tolerance }: Claim, falseAlarm: number): void {
  const refuse = (where: string, expected: string, arrived: number, hint: string): never => {
    throw new DomainError({ where: `judge.${where}`, expected, arrived: String(arrived), hint });
  };
  if (standardError < 0) refuse("standardError", "a number ≥ 0", standardError, "0 says that the observation is exact");
  if (tolerance < 0) refuse("tolerance", "a number ≥ 0", tolerance, "take the size of a prediction, not its sign");
  if (falseAlarm > 0 && falseAlarm < 1) return;
  refuse("falseAlarm", "a probability between 0 and 1", falseAlarm, `the default is ${FALSE_ALARM}`);
}

function requireFinite(claim: Claim): void {
  for (const [name, value] of Object.entries(claim)) {
    if (typeof value !== "number" || Number.isFinite(value)) continue;
    throw new DomainError({
      where: `judge.${name}`,
      expected: "a finite number",
      arrived: String(value),
      hint: "an observation that overflowed is a diverged run, not a claim",
    });
  }
}
