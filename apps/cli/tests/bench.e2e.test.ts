import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

interface Report {
  readonly rows: readonly { variant: string; promptsPerSecond: number; layers: number; dimension: number }[];
  readonly ratios: readonly { of: string; to: string; value: number }[];
  readonly machine: { readonly node: string; readonly cores: number };
}

test("bench measures every path of ours at a size of one's own", async () => {
  const { code, stdout, stderr } = await runCli("bench --dimension 3 --context 7 --batch 50 --json".split(" "));
  expect([code, stderr]).toEqual([0, ""]);
  const { rows, machine } = JSON.parse(stdout) as Report;
  expect(rows.map(({ variant }) => variant)).toEqual([
    "wasm-f32",
    "wasm-f32-rb1",
    "wasm-f64",
    "wasm-f32-literal",
    "twin",
  ]);
  for (const { layers, dimension, promptsPerSecond } of rows) {
    expect([layers, dimension]).toEqual([1, 3]);
    expect(promptsPerSecond).toBeGreaterThan(1000);
  }
  expect(machine.node).toBe(process.version);
});

test("bench refuses a size that is none, and a Python without torch", async () => {
  const [size, python] = await Promise.all([
    runCli(["bench", "--batch", "0", "--json"]),
    runCli(["bench", "--torch", process.execPath, "--json"]),
  ]);
  for (const { code, stdout } of [size, python]) {
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  }
  expect(python.stderr).toContain("does not import torch");
});

test("bench ends after an error, and says what it was", async () => {
  const { code, stdout } = await runCli("bench --context 20000000 --dimension 3 --batch 96 --json".split(" "));
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "domain" } });
});
