import { DomainError } from "../errors.ts";
import { incompleteBetaLogit, portionAtLogit } from "./incomplete-beta.ts";
import type { Estimate } from "./moments.ts";
import { normalQuantile } from "./normal.ts";

/** A confidence interval: it covers the true value with probability `level` over repetitions. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** 1 − α */
  readonly level: number;
}

/**
 * The interval of an estimate that is normal about the truth: value ± z·standardError with Φ(z) = (1 + level)/2.
 *
 * @param level in (0, 1)
 * @throws DomainError for any other level, or an estimate that is not finite
 *
 * @example
 * normalInterval({ value: 1, standardError: 0.1, count: 400 }, 0.95).upper; // ≈ 1.19599639845
 */
export function normalInterval(estimate: Estimate, level: number): Interval {
  requireLevel("normalInterval", level);
  const { value, standardError } = estimate;
  if (!(Number.isFinite(value) && standardError >= 0 && standardError < Infinity)) {
    throw new DomainError({
      where: "normalInterval",
      expected: "a finite value with a finite standard error",
      arrived: `${value} ± ${standardError}`,
      hint: "an estimate whose variance is infinite has no normal interval",
    });
  }
  const reach = -normalQuantile((1 - level) / 2) * standardError;
  return { lower: value - reach, upper: value + reach, level };
}

/**
 * Clopper and Pearson's exact interval for a probability after k successes in n independent trials: it covers with at
 * least its level whatever the probability. With α = 1 − level its ends are quantiles,
 *
 * $$ \mathrm{Beta}(k, n-k+1)_{\alpha/2}, \qquad \mathrm{Beta}(k+1, n-k)_{1-\alpha/2}, $$
 *
 * and 0 for k = 0, 1 for k = n.
 *
 * @param successes a whole number 0 ≤ k ≤ n
 * @param trials a whole number n ≥ 1
 * @param level in (0, 1)
 * @throws DomainError for anything else
 *
 * Source: Clopper & Pearson, Biometrika 26(4), 1934.
 *
 * @example
 * clopperPearson(0, 1, 0.5).upper; // ≈ 0.75
 */
export function clopperPearson(successes: number, trials: number, level: number): Interval {
  requireLevel("clopperPearson", level);
  const failures = trials - successes;
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && failures >= 0 && trials >= 1)) {
    throw new DomainError({
      where: "clopperPearson",
      expected: "whole numbers 0 ≤ successes ≤ trials, with at least one trial",
      arrived: `${successes} of ${trials}`,
      hint: "count the trials, and among them the successes",
    });
  }
  const tail = { part: (1 - level) / 2, rest: (1 + level) / 2 };
  return {
    lower: successes === 0 ? 0 : portionAtLogit(incompleteBetaLogit(tail, successes, failures + 1)).part,
    upper: failures === 0 ? 1 : portionAtLogit(incompleteBetaLogit(tail, failures, successes + 1)).rest,
    level,
  };
}

function requireLevel(where: string, level: number): void {
  if (level > 0 && level < 1) return;
  throw new DomainError({
    where,
    expected: "a level between 0 and 1",
    arrived: String(level),
    hint: "0.95 covers the truth in 95 % of repetitions",
  });
}
