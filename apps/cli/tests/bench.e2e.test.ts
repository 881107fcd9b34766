import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

interface Report {
  readonly rows: readonly { variant: string; promptsPerSecond: number; layers: number; dimension: number }[];
  readonly ratios: readonly { of: string; to: string; value: number; target?: number }[];
  readonly skipped: readonly { variant: string; cause: string; reason: string }[];
  readonly machine: { readonly node: string; readonly cores: number; readonly versions: Record<string, string> };
}

const OURS = ["wasm-f32", "wasm-f32-rb1", "wasm-f64", "wasm-f32-literal", "twin"];

test("bench measures every path of ours at a size of one's own, and tells their ratios", async () => {
  const { code, stdout, stderr } = await runCli("bench --dimension 3 --context 7 --batch 50 --json --quiet".split(" "));
  expect([code, stderr]).toEqual([0, ""]);
  const { rows, ratios, machine } = JSON.parse(stdout) as Report;
  expect(rows.map(({ variant }) => variant)).toEqual(OURS);
  for (const { layers, dimension, promptsPerSecond } of rows) {
    expect([layers, dimension]).toEqual([1, 3]);
    expect(promptsPerSecond).toBeGreaterThan(1000);
  }
  expect(ratios).toMatchObject([{ of: "wasm-f64", to: "wasm-f32" }]);
  expect(ratios[0].target).toBeUndefined();
  expect(machine.node).toBe(process.version);
});

test("bench says what is written for one layer only", async () => {
  const { stdout } = await runCli("bench --layers 2 --dimension 3 --context 7 --batch 50 --json".split(" "));
  const { rows, skipped } = JSON.parse(stdout) as Report;
  expect(rows.map(({ variant }) => variant)).toEqual(["wasm-f32", "wasm-f64", "twin"]);
  expect(skipped.map(({ variant, cause, reason }) => [variant, cause, reason])).toEqual(
    ["wasm-f32-rb1", "wasm-f32-literal"].map((name) => [name, "scope", "it is written for one layer"]),
  );
});

test("bench refuses a size that is none, and a Python without torch or that is none", async () => {
  const [size, python, nothing] = await Promise.all([
    runCli(["bench", "--batch", "0", "--json"]),
    runCli(["bench", "--torch", process.execPath, "--json"]),
    runCli(["bench", "--torch", "no-such-python", "--json"]),
  ]);
  for (const { code, stdout } of [size, python, nothing]) {
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  }
  expect(python.stderr).toContain("does not import torch");
  expect(nothing.stderr).toContain("no-such-python cannot be started (ENOENT)");
});

test("bench ends after an error, and says what it was", async () => {
  for (const size of ["--context 20000000 --dimension 3 --batch 96", "--dimension 30000"]) {
    const { code, stdout } = await runCli(`bench ${size} --json`.split(" "));
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "domain" } });
  }
});

/** A program that says it imports torch, and then does as it is told. */
function pretendedPython(body: string): string {
  const python = join(mkdtempSync(join(tmpdir(), "onestep-bench-")), "python");
  writeFileSync(python, `#!${process.execPath}\nif (process.argv[2] === "-c") process.exit(0);\n${body}\n`);
  chmodSync(python, 0o755);
  return python;
}

test("bench tells of a Python that prints before it answers", async () => {
  const python = pretendedPython(`console.log("Welcome!"); process.stdin.resume();`);
  const { code, stdout, stderr } = await runCli(["bench", "--torch", python, "--dimension", "2", "--json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "backend", where: "bench --torch" } });
  expect(stderr).toContain('to print its answers and nothing else; got "Welcome!"');
});

test("a peer that dies in the middle costs nothing that was measured", async () => {
  const python = pretendedPython(`
process.stdout.write('{"version":"0.0.0","blas":"none","right":true}\\n');
process.stdin.once("data", () => process.kill(process.pid, "SIGKILL"));`);
  const args = `bench --torch ${python} --dimension 2 --context 3 --batch 8 --json --quiet`.split(" ");
  const { code, stdout, stderr } = await runCli(args);
  const { rows, skipped, machine } = JSON.parse(stdout) as Report;
  expect(code).toBe(3);
  expect(stderr).toMatch(/not all of it was measured: bench torch-naive: expected .* it was ended by SIGKILL/);
  expect(rows.map(({ variant }) => variant)).toEqual(expect.arrayContaining(OURS));
  const dead = skipped.filter(({ variant }) => variant.startsWith("torch-"));
  expect(dead.map(({ variant, cause }) => [variant, cause])).toEqual(
    ["naive", "smart", "smart-vectors", "scores", "two-column"].map((way) => [`torch-${way}`, "error"]),
  );
  expect(machine.versions["torch"]).toBe("0.0.0 (none)");
});
