import { readConfigureGlobal } from "fast-check";
import { expect, TestRunner } from "vitest";
import { childKey, randomKey } from "../src/random/key.ts";
import { openStream, type RandomStream } from "../src/random/stream.ts";
import { meanAccumulator, type Estimate } from "../src/statistics/moments.ts";

/** The stream of this label under the seed of the run, which the test setup hands to fast-check. */
export function streamOfRun(label: string): RandomStream {
  return openStream(childKey(randomKey(readConfigureGlobal().seed ?? 0), label));
}

/** The mean of many draws. */
export function estimateMean(count: number, draw: () => number): Estimate {
  const accumulator = meanAccumulator();
  for (let i = 0; i < count; i++) accumulator.push(draw());
  return accumulator.estimate();
}

/** What one statistical assertion spends: the probability that it fails although the law is right. */
const ALPHA = 1e-9;
/** P(|N(0, 1)| > 6.1094) = 1e-9 */
const CRITICAL = 6.1094;

/**
 * testkit's assertion of this name, for core's own tests: testkit is built on core, and core may not use it. Books α on
 * the running test, where `npm test` adds it up.
 */
export function expectWithin(estimate: Estimate, expected: number): void {
  const meta: object = TestRunner.getCurrentTest()?.meta ?? {};
  const spent = "falseAlarm" in meta ? Number(meta.falseAlarm) : 0;
  Object.assign(meta, { falseAlarm: spent + ALPHA });
  expect(score(estimate, expected), describe(estimate, expected)).toBeLessThanOrEqual(CRITICAL);
}

/** The power check beside it: a deliberately wrong value must be told apart at the same level. */
export function expectRejected(estimate: Estimate, wrong: number): void {
  expect(score(estimate, wrong), describe(estimate, wrong)).toBeGreaterThan(CRITICAL);
}

function score({ value, standardError }: Estimate, expected: number): number {
  return Math.abs(value - expected) / standardError;
}

function describe({ value, standardError }: Estimate, expected: number): string {
  return `${value} ± ${standardError} against ${expected}, in standard errors`;
}
