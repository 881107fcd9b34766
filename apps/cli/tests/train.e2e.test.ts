import type { TrainingConfig, TrainingReport } from "@onestep/lab";
import { readNpz, readSafetensors } from "@onestep/model";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCli, type Finished } from "./run-cli.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const folder = (): string => mkdtempSync(join(tmpdir(), "onestep-train-"));
const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const train = (...args: string[]): Promise<Finished> => runCli(["train", ...args]);
const law = ["--context", "6", "--dimension", "2", "--noise", "gaussian:variance=0.25"];
const small = [...law, "--steps", "300", "--batch", "50"];
/** Long enough to be stopped on the way. */
const long = [...law, "--steps", "12000", "--batch", "100", "--checkpoint-every", "150"];

test("a run leaves weights, metrics, events, figures and a report, and is not run twice", async () => {
  const out = folder();
  const { code, stdout } = await train(...small, "--out", out);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /loss +\S+ +exact, of the trained model\n +theory +\S+ +the minimum, mahankali-2023, Theorem 1/,
  );
  expect(readdirSync(out).sort()).toEqual([
    "events.out.tfevents.0.onestep",
    "figures",
    "manifest.json",
    "metrics.jsonl",
    "report.html",
    "report.json",
    "weights.npz",
    "weights.safetensors",
  ]);
  expect(readdirSync(join(out, "figures")).sort()).toEqual(
    ["distance", "excess", "loss"].flatMap((name) => ["csv", "png", "svg", "vl.json"].map((form) => `${name}.${form}`)),
  );
  const report = JSON.parse(read(out, "report.json")) as TrainingReport;
  const metrics = read(out, "metrics.jsonl").trimEnd().split("\n");
  expect(metrics.map((line) => JSON.parse(line) as object)).toEqual(report.trainingLoss);
  expect(report.trainingLoss[report.trainingLoss.length - 1].step).toBe(300);
  expect(report.distance).toBeLessThan(0.2);
  const manifest = JSON.parse(read(out, "manifest.json")) as object;
  expect(manifest).toMatchObject({ command: "train", status: "finished", config: report.config, versions: {} });
  const page = read(out, "report.html");
  expect(page).toContain("<caption>What came of it</caption>");
  expect(page).not.toMatch(/<script|<link|src=|url\(/); // it opens offline
  const weights = readNpz(readFileSync(join(out, "weights.npz")));
  expect(readSafetensors(readFileSync(join(out, "weights.safetensors")))).toEqual(weights);
  expect(weights["key_query"].shape).toEqual([3, 3]);

  const again = await train(...small, "--out", out);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("nothing ran; --force runs it again")]);
  const other = await train(...small, "--seed", "1", "--out", out);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("replace its results with --force")]);

  // What a folder has, in other formats: prompts, and a config that means the same run.
  const [csv, json] = ["prompts.csv", "config.json"].map((name) => join(folder(), name));
  await runCli(["export", "--run", out, "--to", "csv", "--prompts", "2", "--out", csv]);
  expect(read(csv).split("\n")).toHaveLength(1 + 2 * 7 + 1);
  const piped = await runCli(["export", "--run", out, "--to", "csv", "--prompts", "2", "--out", "-"]);
  expect(piped.stdout).toBe(read(csv));
  await runCli(["export", "--run", out, "--to", "json", "--out", json]);
  const forced = await train("--config", json, "--out", out, "--json", "--force");
  expect(JSON.parse(forced.stdout)).toEqual(report);
}, 60_000);

/** Starts a run, and ends it by a signal once it has a checkpoint. */
async function stopped(out: string, signal: NodeJS.Signals): Promise<Finished> {
  return runCli(["train", ...long, "--out", out], {
    whileRunning(kill) {
      void (async () => {
        while (!existsSync(join(out, "checkpoints"))) await sleep(5);
        await sleep(20);
        kill(signal);
      })();
    },
  });
}

test("a run that is killed, or interrupted, goes on to the same bytes", async () => {
  const [undisturbed, killed, interrupted] = [folder(), folder(), folder()];
  const [, , { code, stderr }] = await Promise.all([
    train(...long, "--out", undisturbed),
    stopped(killed, "SIGKILL"),
    stopped(interrupted, "SIGINT"),
  ]);
  expect([code, stderr]).toEqual([130, expect.stringContaining(`onestep train --out ${interrupted} --resume`)]);
  const unasked = await train(...long, "--out", killed);
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining("go on with it by --resume")]);

  // The newest checkpoint may be half a file: then the one before it serves.
  const checkpoints = join(interrupted, "checkpoints");
  const newest = readdirSync(checkpoints).sort((a, b) => Number(/\d+/.exec(b)) - Number(/\d+/.exec(a)))[0];
  truncateSync(join(checkpoints, newest), 100);
  const resumed = await Promise.all([killed, interrupted].map((out) => train("--out", out, "--resume", "--quiet")));
  expect(resumed.map((run) => run.code)).toEqual([0, 0]);
  expect(resumed[1].stderr).toContain(`${newest} is damaged`);
  for (const name of ["report.json", "metrics.jsonl", "weights.npz", "report.html", "figures/loss.svg"]) {
    for (const out of [killed, interrupted]) expect(read(out, name)).toBe(read(undisturbed, name));
  }
}, 60_000);

test("a disk that is full, or a folder that cannot be written, loses nothing", async () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  const unwritable = await train(...small, "--out", join(file, "out"), "--json");
  expect(unwritable.code).toBe(2);
  expect(JSON.parse(unwritable.stdout)).toMatchObject({ error: { code: "usage", where: "--out" } });

  const out = folder();
  // No file may be larger than 8 kilobytes: the pictures do not fit, metrics and checkpoints do.
  const limited = `trap '' XFSZ; ulimit -f 16; exec "${process.execPath}" "${bin}" train ${small.join(" ")} --checkpoint-every 50 --out "${out}"`;
  const { status, stderr } = spawnSync("sh", ["-c", limited], { encoding: "utf8" });
  expect([status, stderr]).toEqual([2, expect.stringContaining("what is written already is whole, and kept")]);
  expect(readdirSync(join(out, "checkpoints")).sort()).toEqual(["step-150.ckpt", "step-200.ckpt", "step-250.ckpt"]);
  const { code } = await train("--out", out, "--resume", "--quiet");
  expect([code, existsSync(join(out, "figures/loss.png"))]).toEqual([0, true]);
}, 60_000);

test("a config comes from a file, from flags and from --set, and is checked whole before anything runs", async () => {
  const path = join(folder(), "config.yaml");
  writeFileSync(
    path,
    `law:
  contextLength: 6
  dimension: 2
  covariates: { law: gaussian }
  target: { law: linear, tasks: { law: gaussian } }
  noise: { law: none }
model: { layers: 2, family: sparse }
training: { steps: 10, batch: 20 }
`,
  );
  const flags = ["--config", path, "--steps", "20", "--set", "law.noise.law=gaussian", "--set", "law.noise.variance=2"];
  const planned = await train(...flags, "--dry-run", "--json");
  expect(JSON.parse(planned.stdout) as TrainingConfig).toMatchObject({
    law: { contextLength: 6, noise: { law: "gaussian", variance: 2 } },
    model: { layers: 2, family: "sparse", heads: 1 },
    training: { method: "sampled", steps: 20, batch: 20, learningRate: 0.05, starts: 1 },
    backend: "wasm",
  });
  const refusals = await Promise.all([
    train("--config", path, "--set", "training.stepps=20"),
    train("--config", path, "--context", "9"),
    train("--config", path, "--family", "sparce"),
    train("--steps", "5"),
    train("--resume"),
  ]);
  expect(refusals.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
  expect(refusals.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('did you mean "steps"?'),
    expect.stringContaining("--set law.contextLength=10"),
    expect.stringContaining('did you mean "sparse"?'),
    expect.stringContaining("expected a law: in --config, in --law, or in its parts"),
    expect.stringContaining("--resume: expected --out FOLDER"),
  ]);
}, 60_000);

test("a run that diverges ends with its last finite weights, and exit code 3", async () => {
  const wild = ["--optimizer", "gradient-descent", "--learning-rate", "1e6"];
  const { code, stdout, stderr } = await train(...small, ...wild, "--json");
  expect([code, stderr]).toEqual([3, expect.stringContaining("Try: a smaller --learning-rate")]);
  expect(JSON.parse(stdout)).toMatchObject({ status: "diverged" });
});

test("a folder takes one run at a time, and a killed one keeps nobody out", async () => {
  const out = folder();
  const other = (): Promise<Finished> => train(...small, "--out", out, "--force", "--quiet");
  let meanwhile: Finished | undefined;
  const endless = [...law, "--steps", "1e9", "--batch", "100", "--checkpoint-every", "150", "--out", out];
  await runCli(["train", ...endless], {
    whileRunning(kill) {
      void (async () => {
        while (!existsSync(join(out, "checkpoints"))) await sleep(5);
        meanwhile = await other();
        kill("SIGKILL");
      })();
    },
  });
  expect(meanwhile).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/into which process \d+ writes/) as string,
  });
  expect(readdirSync(out)).toContain(".lock");
  expect(await other()).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(out)).not.toContain(".lock");
}, 60_000);

test("what a folder has of no run is told apart from a run", async () => {
  const [damaged, empty] = [folder(), folder()];
  writeFileSync(join(damaged, "manifest.json"), "null"); // JSON, and no manifest
  const runs = await Promise.all([
    train(...small, "--out", damaged, "--quiet"),
    train("--out", empty, "--resume"),
    train(...small, "--out", ""),
    ...(existsSync("/proc") ? [train(...small, "--out", "/proc/onestep")] : []),
  ]);
  expect(runs.map(({ code }) => code)).toEqual([0, 2, 2, 2].slice(0, runs.length));
  expect(runs[1].stderr).toContain("expected a folder with a run, or the config of one");
  expect(runs[2].stderr).toContain("expected the name of a folder; got an empty one");
}, 60_000);

/** Config files as editors and people leave them, and what is said of them in one line. */
const configFiles: readonly [name: string, content: string, says: RegExp | undefined][] = [
  ["mark.json", "\uFEFF{ LAW }", undefined],
  ["schema.json", '{ "$schema": "./config.schema.json", LAW }', undefined],
  ["windows.yaml", "\uFEFFseed: 0\r\n# of law\r\nLAW\r\n", undefined],
  ["typed.ts", "export default { LAW } satisfies object;", undefined],
  ["list.yaml", "a: [1, 2\nb: }", /in YAML; got .* at line 2, column 1\. Try/],
  ["twice.yaml", "seed: 1\nseed: 2", /Map keys must be unique at line 2/],
  ["circle.ts", "const a: any = {}; a.law = a; export default a;", /got Converting circular structure to JSON\. Try/],
  ["lines.ts", 'throw new Error("one\\ntwo")', /got one\. Try/],
  ["missing.ts", 'import x from "./nothing.js"; export default x', /got Cannot find module '\.\/nothing\.js'\. Try/],
  ["deep.json", "[".repeat(20_000) + "]".repeat(20_000), /got a list/],
];

test.each(configFiles)("the config file %s", async (name, content, says) => {
  const path = join(folder(), name);
  const parts = `"contextLength": 6, "dimension": 2, "covariates": { "law": "gaussian" },
    "target": { "law": "linear", "tasks": { "law": "gaussian" } }, "noise": { "law": "none" }`;
  writeFileSync(path, content.replace("LAW", `"law": { ${parts} }`));
  const { code, stdout, stderr } = await train("--config", path, "--dry-run", "--json");
  if (says === undefined) {
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ law: { contextLength: 6 }, seed: 0 });
    return;
  }
  expect([code === 2 || code === 3, stderr.trimEnd().split("\n")]).toEqual([true, [expect.stringMatching(says)]]);
  expect(JSON.parse(stdout)).toHaveProperty("error.hint");
});
