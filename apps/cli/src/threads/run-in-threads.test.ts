import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { RelayedError } from "../errors.ts";
import { runInThreads } from "./run-in-threads.ts";

/** A thread that hands a request back, and fails on the second. */
const path = join(mkdtempSync(join(tmpdir(), "onestep-threads-")), "echo.mjs");
writeFileSync(
  path,
  `const error = { code: "domain", where: "second", message: "no", hint: "none" };
export const work = ({ request }) => Promise.resolve(
  request === "second" ? { kind: "error", error, exitCode: 3 } : { kind: "report", report: request }
);
`,
);
const requests = ["first", "second", "third"];
const work = { module: pathToFileURL(path), requests, command: "verify", noun: "trials", hint: "" };

test("a request that fails ends the others, unless somebody is told of it", async () => {
  const quiet = { onProgress: () => undefined, onReport: () => undefined };
  await expect(runInThreads(work, quiet)).rejects.toMatchObject({ exitCode: 3, report: { code: "domain" } });

  const [failed, told]: [[number, RelayedError][], unknown[]] = [[], []];
  const reports = await runInThreads(work, {
    onProgress: () => undefined,
    onReport: (index, report) => told.push([index, report]),
    onFailed: (index, error) => failed.push([index, error]),
  });
  expect(reports).toEqual(["first", "third"]);
  expect(told).toEqual([
    [0, "first"],
    [2, "third"],
  ]);
  expect(failed).toEqual([[1, expect.objectContaining({ exitCode: 3, message: "no" })]]);
}, 30_000);
