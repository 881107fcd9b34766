import { AssertionError } from "node:assert";

import { normalQuantile, type Estimate } from "@onestep/core";

import { DEFAULT_ALPHA, spendFalseAlarm } from "./false-alarm.ts";

/** How sure a statistical assertion must be before it fails. */
export interface StatisticalOptions {
  /** Probability of failing although the law is right; default 1e-9. */
  readonly alpha?: number;
}

/** Below this many draws the mean of a skewed law is not yet normal, and an α of 1e-9 would be a fiction. */
const FEWEST_DRAWS = 100;

/**
 * Fails when an estimate is incompatible with the expected value: a two-sided test at level α,
 *
 * $$ |\hat\mu - \mu| > t_{\nu,\,1-\alpha/2}\,\widehat{\mathrm{se}}, \qquad \nu = \text{count} - 1 $$
 *
 * A standard error of 0 (a degenerate law) asks for equality to within rounding.
 */
export function expectWithin(estimate: Estimate, expected: number, options: StatisticalOptions = {}): void {
  const alpha = options.alpha ?? DEFAULT_ALPHA;
  spendFalseAlarm(alpha);
  const { score, critical } = judge(estimate, expected, alpha);
  if (score <= critical) return;
  throw new AssertionError({
    message: `expected ${expected}; estimated ${describe(estimate)}: ${score.toFixed(2)} standard errors away, where ${critical.toFixed(2)} are allowed at α = ${alpha}`,
    actual: estimate.value,
    expected,
    operator: "expectWithin",
  });
}

/**
 * The power check that stands beside every `expectWithin`: fails unless a deliberately wrong value would have been
 * rejected at the same level. It spends nothing of the false-alarm budget.
 */
export function expectRejected(estimate: Estimate, wrong: number, options: StatisticalOptions = {}): void {
  const alpha = options.alpha ?? DEFAULT_ALPHA;
  const { score, critical } = judge(estimate, wrong, alpha);
  if (score > critical) return;
  throw new AssertionError({
    message: `the wrong value ${wrong} was not rejected: estimated ${describe(estimate)}, only ${score.toFixed(2)} standard errors away, where more than ${critical.toFixed(2)} are needed at α = ${alpha}: draw more, or choose a larger effect`,
    actual: estimate.value,
    expected: `not ${wrong}`,
    operator: "expectRejected",
  });
}

/** Fails when a p-value is below α: for tests whose null distribution is exact (orbit tests, χ², Kolmogorov–Smirnov). */
export function expectPlausible(pValue: number, options: StatisticalOptions = {}): void {
  const alpha = options.alpha ?? DEFAULT_ALPHA;
  spendFalseAlarm(alpha);
  if (pValue >= alpha && pValue <= 1) return;
  throw new AssertionError({
    message: `expected a p-value in [${alpha}, 1]; got ${pValue}`,
    actual: pValue,
    expected: `at least ${alpha}`,
    operator: "expectPlausible",
  });
}

function judge(estimate: Estimate, expected: number, alpha: number): { score: number; critical: number } {
  if (!(estimate.count >= FEWEST_DRAWS)) {
    throw new Error(`expected an estimate from at least ${FEWEST_DRAWS} draws; got ${estimate.count}. Try: draw more`);
  }
  const distance = Math.abs(estimate.value - expected);
  // The mean of n equal numbers is off by up to n roundoffs, and its standard error is nothing but rounding.
  const rounding = estimate.count * Number.EPSILON * Math.max(Math.abs(expected), Math.abs(estimate.value));
  const critical = studentUpperQuantile(alpha / 2, estimate.count - 1);
  if (distance <= rounding) return { score: 0, critical };
  const score = distance / estimate.standardError;
  return { score: Number.isNaN(score) ? Infinity : score, critical };
}

/**
 * The value that Student's t exceeds with this probability, by its expansion about the normal quantile (Abramowitz and
 * Stegun 26.7.5); for tails down to 1e-10 and ν ≥ 99, off by less than 1 %.
 */
function studentUpperQuantile(tail: number, degreesOfFreedom: number): number {
  const z = -normalQuantile(tail);
  const z2 = z * z;
  const first = (z * (z2 + 1)) / 4;
  const second = (z * ((5 * z2 + 16) * z2 + 3)) / 96;
  const third = (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  return z + (first + (second + third / degreesOfFreedom) / degreesOfFreedom) / degreesOfFreedom;
}

function describe(estimate: Estimate): string {
  return `${estimate.value} ± ${estimate.standardError} from ${estimate.count} draws`;
}
