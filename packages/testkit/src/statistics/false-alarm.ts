import { afterAll, TestRunner } from "vitest";

/** What one statistical assertion may spend: the probability that it fails although the law is right. */
export const DEFAULT_ALPHA: number = 1e-9;

/** What a whole suite may spend. `npm test` adds up every package and refuses more. */
export const SUITE_ALPHA: number = 1e-6;

declare module "vitest" {
  interface TaskMeta {
    /** Σα of the statistical assertions that this test made: its union bound on a false alarm. */
    falseAlarm?: number;
  }
}

const spentHere = { checks: 0, alpha: 0 };

/**
 * Books one statistical assertion: on the running test (where the JSON report carries it to `tools/test.mjs`) and on
 * this file, whose union bound is printed when the file ends.
 */
export function spendFalseAlarm(alpha: number): void {
  if (!(alpha > 0 && alpha <= SUITE_ALPHA)) {
    throw new Error(
      `alpha: expected a number in (0, ${SUITE_ALPHA}]; got ${alpha}. Try: leave it out (${DEFAULT_ALPHA})`,
    );
  }
  spentHere.checks += 1;
  spentHere.alpha += alpha;
  const meta = TestRunner.getCurrentTest()?.meta;
  if (meta !== undefined) meta.falseAlarm = (meta.falseAlarm ?? 0) + alpha;
}

/** What this test file has spent so far. */
export function falseAlarmSpent(): { readonly checks: number; readonly alpha: number } {
  return { ...spentHere };
}

// Registered when a test file first imports this module; each file has its own copy of it, and so its own sum.
afterAll(() => {
  if (spentHere.checks === 0) return;
  const bound = spentHere.alpha.toExponential(1);
  // oxlint-disable-next-line no-console -- a suite says what it may get wrong
  console.log(`${spentHere.checks} statistical checks: a false alarm has probability at most ${bound}`);
});
