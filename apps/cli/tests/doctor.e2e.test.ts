import { tfjsNode } from "@onestep/model";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

interface Doctor {
  readonly node: string;
  readonly backends: readonly { name: string; available: boolean; reason: string | null }[];
  readonly kernels: { available: boolean; reason: string | null };
  readonly startUp: { milliseconds: number; ratio: number };
}

test("doctor says what runs here, and of what does not, why and what to do", async () => {
  const [forPrograms, forPeople] = await Promise.all([runCli(["doctor", "--json"]), runCli(["doctor"])]);
  const { node, backends, kernels, startUp } = JSON.parse(forPrograms.stdout) as Doctor;
  expect([forPrograms.code, forPrograms.stderr, forPeople.code, forPeople.stderr]).toEqual([0, "", 0, ""]);
  expect(node).toBe(process.versions.node);
  expect(backends.map(({ name }) => name)).toEqual([
    "float64",
    "wasm",
    "wasm-f32",
    "tfjs:cpu",
    "tfjs:wasm",
    "tfjs-node",
  ]);
  expect(kernels).toEqual({ available: true, reason: null });
  expect(startUp.ratio).toBeGreaterThan(0.5);
  expect(startUp.ratio).toBeLessThan(4); // it reads no laboratory first
  expect(forPeople.stdout).toMatch(/--help in \d+ ms, \d+\.\d\d × node -e 0/);
  for (const { name, available, reason } of backends) {
    expect(reason === null).toBe(available);
    expect(forPeople.stdout).toMatch(new RegExp(`${name} +${available ? "works" : "not here: "}`));
    if (name !== "tfjs-node") expect(available).toBe(true);
  }
  const native = await tfjsNode();
  const own = backends.find(({ name }) => name === "tfjs-node")!;
  expect(own.available).toBe(native.available);
  if (!native.available) expect(own.reason).toContain(native.reason);
});

test("what is not installed is refused where it is asked for, and no verdict stands in for it", async () => {
  const native = await tfjsNode();
  const trial = "verify thm1 --dimension 2 --context 5 --steps 5 --backend tfjs-node --json";
  const { code, stdout, stderr } = await runCli(trial.split(" "));
  if (native.available) {
    // libtensorflow has been asked to keep quiet, in the threads of the trials too.
    expect([code, stderr]).toEqual([4, ""]);
    return;
  }
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "backend", where: "--backend" } });
  expect(stderr).toContain(native.reason);
});
