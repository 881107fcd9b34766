import type { TrainingReport } from "@onestep/lab";
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { openFinishedPoints } from "./finished-points.ts";

const report = (loss: number): TrainingReport => ({ status: "finished", loss, steps: 1 }) as TrainingReport;
let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onestep-journal-"));
  path = join(folder, "journal.jsonl");
});

test("what is kept is there after a kill, and a torn last line is not", () => {
  const first = openFinishedPoints(folder, []);
  first.keep("a", report(0.1));
  first.keep("b", report(0.2));
  const whole = readFileSync(path, "utf8");
  writeFileSync(path, whole.slice(0, -5));

  const second = openFinishedPoints(folder, []);
  expect([...second.reports]).toEqual([["a", report(0.1)]]);
  second.keep("b", report(0.2)); // on a line of its own
  expect(readFileSync(path, "utf8")).toBe(whole);
});

test("a line that was damaged, or is something else, is no report", () => {
  openFinishedPoints(folder, []).keep("a", report(0.125));
  writeFileSync(path, readFileSync(path, "utf8").replace("0.125", "0.126"));
  appendFileSync(path, 'null\n{"configHash":"b"}\n3\n\0\0\n');
  expect([...openFinishedPoints(folder, []).reports]).toEqual([]);
});

test("rows of an earlier run are kept, and the journal ends with the run", () => {
  const row = { point: { seed: 1 }, configHash: "a", ...report(1) };
  openFinishedPoints(folder, [row]);
  const again = openFinishedPoints(folder, []); // killed in between
  expect(again.reports.get("a")).toEqual(report(1));
  again.close();
  expect([...openFinishedPoints(folder, []).reports]).toEqual([]);
});
