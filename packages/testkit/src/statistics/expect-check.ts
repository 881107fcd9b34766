import { AssertionError } from "node:assert";

import type { RandomKey } from "@onestep/core";

import { spendFalseAlarm } from "./false-alarm.ts";

/** A conformance check as `@onestep/data/testing` hands it out. */
export interface ConformanceCheck {
  readonly name: string;
  readonly falseAlarm: number;
  run(options: { readonly key: RandomKey }): { readonly passed: boolean; readonly detail: string };
}

/** Fails unless what the check examines is what it declares; books the check's probability of a false alarm. */
export function expectPasses(check: ConformanceCheck, key: RandomKey): void {
  if (check.falseAlarm > 0) spendFalseAlarm(check.falseAlarm);
  const { passed, detail } = check.run({ key });
  if (passed) return;
  throw new AssertionError({ message: `${check.name}: ${detail}`, operator: "expectPasses" });
}

/** The power check beside it: fails unless a deliberately wrong declaration is refused. */
export function expectRefuses(check: ConformanceCheck, key: RandomKey): void {
  const { passed, detail } = check.run({ key });
  if (!passed) return;
  throw new AssertionError({
    message: `${check.name}: a wrong declaration was not noticed: ${detail}`,
    operator: "expectRefuses",
  });
}
