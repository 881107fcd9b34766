import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { readJson } from "./workspace.mjs";

/** The probability of a false alarm that all statistical tests together may have. */
export const FALSE_ALARM_BUDGET = 1e-6;

/**
 * What one folder's vitest wrote, in the JSON form that jest made common.
 *
 * A file that broke before its first test, and a run that left no summary because its build failed, are one failure
 * each: the sum never says "0 failed" of something that did not run.
 *
 * @param {string} file
 * @returns {{ passed: number, failed: number, skipped: number, falseAlarm: number, statistical: number, failures: string[] }}
 */
export function readSummary(file) {
  const sum = { passed: 0, failed: 0, skipped: 0, falseAlarm: 0, statistical: 0, failures: [] };
  if (!existsSync(file)) {
    sum.failed = 1;
    sum.failures.push("no tests ran: a build before them failed, or they crashed");
    return sum;
  }
  const { testResults, success } = readJson(file);
  for (const testFile of testResults) {
    const failedBefore = sum.failed;
    for (const test of testFile.assertionResults) {
      if (test.status === "passed") sum.passed += 1;
      else if (test.status === "failed") {
        sum.failed += 1;
        sum.failures.push(test.fullName);
      } else sum.skipped += 1;
      const alpha = test.meta?.falseAlarm ?? 0;
      sum.falseAlarm += alpha;
      if (alpha > 0) sum.statistical += 1;
    }
    if (testFile.status === "failed" && sum.failed === failedBefore) {
      sum.failed += 1;
      sum.failures.push(`${testFile.name}: ${testFile.message.split("\n")[0]}`);
    }
  }
  if (success === false && sum.failed === 0) {
    sum.failed = 1;
    sum.failures.push("not a single test file was found");
  }
  return sum;
}

/**
 * Adds up the summaries of several folders.
 *
 * @param {string} root
 * @param {string[]} folders
 */
export function addSummaries(root, folders) {
  const total = { passed: 0, failed: 0, skipped: 0, falseAlarm: 0, statistical: 0, failures: [] };
  for (const folder of folders) {
    const one = readSummary(summaryOf(root, folder));
    for (const key of ["passed", "failed", "skipped", "falseAlarm", "statistical"]) total[key] += one[key];
    total.failures.push(...one.failures.map((name) => `${folder}: ${name}`));
  }
  return total;
}

/** Yesterday's outcome must not be added to today's: turbo puts a cached one back. */
export function removeSummaries(root, folders) {
  for (const folder of folders) rmSync(summaryOf(root, folder), { force: true });
}

/** The line that any CI can read. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function summaryOf(root, folder) {
  return join(root, folder, "dist/test-summary.json");
}
