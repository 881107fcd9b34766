import { DomainError } from "@onestep/core";
import type { TrainingReport } from "@onestep/lab";
import { expect, test } from "vitest";
import { runPoints, type PointRunner } from "./run-points.ts";
import type { SweepDirectory } from "./sweep-directory.ts";
import type { SweepPoint, SweepRow } from "./sweep-point.ts";

const never = new Promise<never>(() => undefined);
const pointOf = (configHash: string): SweepPoint =>
  ({ label: `point ${configHash}`, changes: {}, configHash }) as SweepPoint;
const reportOf = (hash: string): TrainingReport => ({ status: "finished", path: hash }) as unknown as TrainingReport;

/** Finishes the last point first. */
function backwards(asked: string[], poison?: string): PointRunner {
  return {
    async run({ configHash }) {
      const turn = asked.push(configHash);
      await new Promise((resolve) => setTimeout(resolve, 40 - 10 * turn));
      if (configHash === poison) {
        throw new DomainError({ where: "law", expected: "a law", arrived: "poison", hint: "none" });
      }
      return reportOf(configHash);
    },
    lost: never,
    remark: () => "",
    close: async () => undefined,
  };
}

test("rows come in the order of the grid, and one config is trained once", async () => {
  const asked: string[] = [];
  const told: SweepRow[] = [];
  const listener = { onProgress: () => undefined, onRow: (row: SweepRow) => told.push(row) };
  const points = ["a", "b", "a", "c"].map(pointOf);
  const { rows, failures } = await runPoints(points, undefined, backwards(asked), listener, never);
  expect(asked).toEqual(["a", "b", "c"]);
  expect(rows.map(({ configHash }) => configHash)).toEqual(["a", "b", "a", "c"]);
  expect(told).toEqual(rows);
  expect(failures).toEqual([]);
});

test("a point that fails is named, and the others are kept, at once, and not run again", async () => {
  const kept = new Map([["c", reportOf("c")]]);
  const directory = {
    finished: (hash: string) => kept.get(hash),
    keep: (hash: string, report: TrainingReport) => void kept.set(hash, report),
  } as SweepDirectory;
  const asked: string[] = [];
  const listener = { onProgress: () => undefined, onRow: () => undefined };
  const points = ["a", "b", "c"].map(pointOf);
  const { rows, failures } = await runPoints(points, directory, backwards(asked, "a"), listener, never);
  expect(asked).toEqual(["a", "b"]);
  expect(rows.map(({ configHash }) => configHash)).toEqual(["b", "c"]);
  expect([...kept.keys()]).toEqual(["c", "b"]);
  expect(failures.map(({ report, exitCode }) => [report.code, report.where, exitCode])).toEqual([
    ["domain", "point a: law", 3],
  ]);
});

test("a disk that takes no more, and a runner that is lost, end the sweep", async () => {
  const listener = { onProgress: () => undefined, onRow: () => undefined };
  const full = {
    finished: () => undefined,
    keep() {
      throw new Error("disk full");
    },
  } as unknown as SweepDirectory;
  await expect(runPoints([pointOf("a")], full, backwards([]), listener, never)).rejects.toThrow("disk full");
  const lost = { ...backwards([]), run: () => never, lost: Promise.reject(new Error("Redis is gone")) };
  await expect(runPoints([pointOf("a")], undefined, lost, listener, never)).rejects.toThrow("Redis is gone");
});
