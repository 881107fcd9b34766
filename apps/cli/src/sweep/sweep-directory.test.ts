import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { openSweepDirectory, type SweepDirectory } from "./sweep-directory.ts";
import type { SweepRow } from "./sweep-point.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onestep-sweep-"));
});

const open = (force = false): SweepDirectory => openSweepDirectory(folder, {}, [], { force });
const rowAt = (contextLength: unknown): SweepRow =>
  ({ point: { "law.contextLength": contextLength }, configHash: "a", excessLoss: 1 }) as unknown as SweepRow;

test("a folder into which another process writes is refused, and stays as it is", () => {
  writeFileSync(join(folder, ".lock"), JSON.stringify({ process: process.ppid, host: hostname() }));
  expect(() => open()).toThrow(`into which process ${process.ppid} writes`);
  expect(existsSync(join(folder, "manifest.json"))).toBe(false);
});

test("the results of another command are not overwritten, unless that is asked for", () => {
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, JSON.stringify({ command: "train", status: "finished" }));
  expect(() => open()).toThrow(/with the results of onestep train.*--force/);
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ command: "train" });
  open(true);
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ command: "sweep" });
});

test("a figure goes with the sweep that it shows", async () => {
  const figure = join(folder, "figures/sweep.svg");
  await open().finish([rowAt(5), rowAt(10)]);
  expect(existsSync(figure)).toBe(true);
  await open(true).finish([rowAt("one length"), rowAt("another")]);
  expect(existsSync(figure)).toBe(false);
});
