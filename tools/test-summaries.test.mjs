import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { addSummaries, closingLine, readSummary, removeSummaries } from "./test-summaries.mjs";

let at;

beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), "onestep-summaries-"));
});

afterEach(() => {
  rmSync(at, { recursive: true });
});

/** A summary as vitest writes it: one entry a test file, one a test. */
function write(folder, ...files) {
  mkdirSync(join(at, folder, "dist"), { recursive: true });
  const testResults = files.map(({ status = "passed", message = "", tests }) => ({
    name: `${folder}/a.test.ts`,
    status,
    message,
    assertionResults: tests.map(([state, meta = {}]) => ({ fullName: `a ${state} test`, status: state, meta })),
  }));
  const broken = files.length === 0 || files.some(({ status }) => status === "failed");
  writeFileSync(join(at, folder, "dist/test-summary.json"), JSON.stringify({ testResults, success: !broken }));
}

describe("the sum of the test summaries", () => {
  it("adds passed, failed and skipped over folders, and names what failed", () => {
    write("one", { tests: [["passed"], ["passed"], ["skipped"]] }, { tests: [["todo"]] });
    write("two", { status: "failed", tests: [["passed"], ["failed"]] });
    const total = addSummaries(at, ["one", "two"]);
    expect(total).toMatchObject({ passed: 3, failed: 1, skipped: 2, failures: ["two: a failed test"] });
    expect(closingLine(total)).toBe("3 passed, 1 failed, 2 skipped");
  });

  it("counts a file that broke before its first test as one failure", () => {
    write("one", { status: "failed", message: "Cannot find module\n  at …", tests: [] });
    expect(addSummaries(at, ["one"])).toMatchObject({
      failed: 1,
      failures: ["one: one/a.test.ts: Cannot find module"],
    });
  });

  it("counts a file whose tests passed and whose clean-up broke as one failure", () => {
    write("one", { status: "failed", message: "afterAll broke", tests: [["passed"]] });
    expect(addSummaries(at, ["one"])).toMatchObject({ passed: 1, failed: 1 });
  });

  it("counts a folder without a summary as one failure: its tests did not run", () => {
    write("one", { tests: [["passed"]] });
    expect(addSummaries(at, ["one", "two"])).toMatchObject({ passed: 1, failed: 1 });
  });

  it("counts a folder without test files as one failure, as vitest does", () => {
    write("one");
    expect(addSummaries(at, ["one"])).toMatchObject({ passed: 0, failed: 1 });
  });

  it("adds up the union bound of the statistical assertions", () => {
    write("one", { tests: [["passed", { falseAlarm: 2e-9 }], ["passed"], ["passed", { falseAlarm: 1e-9 }]] });
    const summary = readSummary(join(at, "one/dist/test-summary.json"));
    expect(summary.statistical).toBe(2);
    expect(summary.falseAlarm).toBeCloseTo(3e-9, 20);
  });

  it("forgets yesterday's outcome", () => {
    write("one", { tests: [["passed"]] });
    removeSummaries(at, ["one", "never written"]);
    expect(existsSync(join(at, "one/dist/test-summary.json"))).toBe(false);
  });

  it("closes with two numbers, or three where something was skipped", () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(closingLine({ passed: 12, failed: 0, skipped: 1 })).toBe("12 passed, 0 failed, 1 skipped");
  });
});
