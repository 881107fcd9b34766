import { randomKey, type RandomKey } from "@onestep/core";

/** Something that a law says about itself, with an experiment that notices where it is not so. */
export interface Check {
  /** `"second moment"` */
  readonly name: string;
  /** A bound on the probability that a law fails although what it says is true; 0 where nothing is left to chance. */
  readonly falseAlarm: number;
  run(options?: CheckOptions): CheckResult;
}

/** Where a check draws its numbers. */
export interface CheckOptions {
  /** Left out: seed 0. */
  readonly key?: RandomKey;
}

/** What a check found. */
export interface CheckResult {
  readonly passed: boolean;
  /** How one-sided the evidence is, from 0 to 1: 0 for an exact match, 1 where every draw speaks against the law. */
  readonly score: number;
  /** In words: what was estimated, with its standard error, against what was declared. */
  readonly detail: string;
}

/**
 * A check that leaves nothing to chance.
 *
 * @param findFault in words, what is wrong; `undefined` where nothing is
 */
export function exactCheck(name: string, findFault: (key: RandomKey) => string | undefined): Check {
  return {
    name,
    falseAlarm: 0,
    run({ key = randomKey(0) } = {}) {
      const fault = findFault(key);
      return { passed: fault === undefined, score: fault === undefined ? 0 : 1, detail: fault ?? "holds exactly" };
    },
  };
}
