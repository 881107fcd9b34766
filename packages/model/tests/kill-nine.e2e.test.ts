import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const program = join(import.meta.dirname, "programs/train-on-threads.mjs");
const folder = mkdtempSync(join(tmpdir(), "onestep-kill-nine-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Trains until the run ends, or kill −9 a while after its first steps; the steps that it told. */
function train(path: string, threads: number, killAfter = Infinity): Promise<{ code: number | null; steps: number[] }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, path, String(threads)], { stdio: ["ignore", "pipe", "inherit"] });
    let told = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (told === "" && killAfter < Infinity) setTimeout(() => child.kill("SIGKILL"), killAfter);
      told += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, steps: told.trim().split("\n").map(Number) }));
  });
}

it("a run that is killed again and again, and goes on with other numbers of threads, ends in the same bytes", async () => {
  const [whole, broken] = [join(folder, "whole"), join(folder, "broken")];
  expect((await train(whole, 0)).steps).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  let steps = [0];
  const kills = [3, 17, 0, 29, 8, 41];
  for (const [at, killAfter] of kills.entries()) {
    const next = await train(broken, at % 4, killAfter);
    // Told after it was stored, and so not done again; what was stored when the kill came may not have been told.
    expect(next.steps[0] - steps[steps.length - 1]).toBeGreaterThanOrEqual(1);
    expect(next.steps[0] - steps[steps.length - 1]).toBeLessThanOrEqual(2);
    if (next.code === 0) break;
    ({ steps } = next);
  }
  expect(steps[steps.length - 1]).toBeGreaterThan(kills.length);
  writeFileSync(`${broken}.new`, "half a checkpo"); // as a kill in the middle of writing leaves it
  expect((await train(broken, 3)).code).toBe(0);
  expect(readFileSync(broken).equals(readFileSync(whole))).toBe(true);
});
