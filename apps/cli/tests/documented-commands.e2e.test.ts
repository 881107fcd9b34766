import { randomKey } from "@onestep/core";
import { parsePromptLaw, promptsToCsv, samplePrompts, type JsonObject } from "@onestep/data";
import { learners } from "@onestep/model";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { briefs } from "../src/manual/briefs.ts";
import { runCli } from "./run-cli.ts";

// Whoever pastes a command of the README or of --help into a shell gets what it promises: here they all are pasted.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** Commands that take minutes: checked whole, up to the point where they would begin. Other tests run them, or parts. */
const long = [
  /^onestep verify( --quiet)?$/,
  /^onestep reproduce/,
  /^onestep bench/,
  /^onestep sweep/,
  /^onestep train/,
];

/** What the files hold that documented commands name. */
const files: Readonly<Record<string, unknown>> = {
  "law.json": law(1),
  "test.json": law([2, 1]),
  "config.yaml": { law: law(1), training: { steps: 20, batch: 10 } }, // JSON is YAML
  "sweep.yaml": { base: { law: law(1), training: { steps: 20, batch: 10 } }, grid: { seed: [0, 1] } },
  "gamma.json": [
    [0.05, 0],
    [0, 0.05],
  ],
};

function law(covariance: number | number[]): JsonObject {
  return {
    contextLength: 8,
    dimension: 2,
    covariates: { law: "gaussian", covariance },
    target: { law: "linear", tasks: { law: "gaussian", covariance: 1 } },
    noise: { law: "gaussian", variance: 0.25 },
  };
}

/** What one step of gradient descent says of prompts, as a table of one's own. */
async function predictionsCsv(): Promise<string> {
  const prompts = samplePrompts(parsePromptLaw(law(1)), { key: randomKey(0), count: 300 });
  const predictions = await learners.oneStep({ stepSize: 0.05 }).predict(prompts);
  let prompt = 0;
  const [header, ...rows] = promptsToCsv(prompts).trimEnd().split("\n");
  return [
    `${header},prediction`,
    ...rows.map((row) => `${row},${row.includes("query") ? predictions[prompt++] : ""}`),
  ].join("\n");
}

/** The folder of a training. */
const trained = join(mkdtempSync(join(tmpdir(), "onestep-trained-")), "run");
await runCli(["train", "--context", "8", "--dimension", "2", "--steps", "50", "--batch", "20", "--out", trained]);

const predictions = await predictionsCsv();

/** A folder as the documentation assumes it: its files, the examples, and `onestep` on the path. */
function desk(): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = mkdtempSync(join(tmpdir(), "onestep-desk-"));
  const commands = join(folder, "bin");
  mkdirSync(commands);
  mkdirSync(join(folder, ".config/fish/completions"), { recursive: true });
  writeFileSync(join(commands, "onestep"), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(join(commands, "onestep"), 0o755);
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  cpSync(trained, join(folder, "run"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  writeFileSync(
    join(folder, "prompts.csv"),
    promptsToCsv(samplePrompts(parsePromptLaw(law(1)), { key: randomKey(0), count: 20_000 })),
  );
  writeFileSync(join(folder, "predictions.csv"), predictions);
  mkdirSync(join(folder, "peer/bin"), { recursive: true });
  writeFileSync(join(folder, "peer/bin/python"), `#!/bin/sh\nexec python3 "$@"\n`);
  chmodSync(join(folder, "peer/bin/python"), 0o755);
  const path = `${commands}${delimiter}${process.env["PATH"] ?? ""}`;
  return { folder, env: { ...process.env, PATH: path, HOME: folder, NO_COLOR: "1" } };
}

/** The commands in the shell blocks of the README, as `onestep` is called once it is installed. */
function commandsOfReadme(): string[] {
  const blocks = readFileSync(join(root, "README.md"), "utf8").matchAll(/```sh\n([\s\S]*?)```/g);
  return [...blocks]
    .flatMap(([, block]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*/, "").trim())
    .map((line) => line.replace(/^npm start( --silent)?( --)?/, "onestep").replace(/^onestep$/, "onestep verify"))
    .map((line) => line.replace(/^npm run bench( --)?/, "onestep bench --peers"))
    .filter((line) => line.startsWith("onestep"));
}

/** The examples under USAGE of a command's help, each with its brief below it. */
async function examplesOf(command: string): Promise<string[]> {
  const { stdout } = await runCli([command, "--help"]);
  return [...stdout.matchAll(/^ {2}(onestep .*)\n {4}\S/gm)].map(([, example]) => example.trim());
}

/** The examples in the help of the whole: a line each, with its brief beside it. */
async function examplesOfAll(): Promise<string[]> {
  const { stdout } = await runCli(["--help"]);
  return [...stdout.matchAll(/^ {2}(onestep \S.*?) {2,}\S/gm)].map(([, example]) => example);
}

function run(
  command: string,
  { folder, env }: ReturnType<typeof desk>,
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command], { cwd: folder, env });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.on("close", (code) => resolve({ code, said }));
    child.stdin.end();
  });
}

/** A worker serves until it is told to stop: the tests of the queue run it. */
const serving = /^onestep worker/;

const verbs = Object.keys(briefs).filter((verb) => verb !== "complete"); // which shells type, not people
const here = desk(); // one for all: a command may name what an earlier one has made
const helps = await Promise.all([examplesOfAll(), ...verbs.map(examplesOf)]);
const commands = [...new Set([...commandsOfReadme(), ...helps.flat()])].map((command) =>
  long.some((pattern) => pattern.test(command)) && !/--help|--dry-run/.test(command) ? `${command} --dry-run` : command,
);

test("there is a command to try for every verb", () => {
  for (const verb of Object.keys(briefs)) {
    if (verb !== "complete")
      expect(commands.filter((command) => command.startsWith(`onestep ${verb}`))).not.toEqual([]);
  }
});

const hasTorch = spawnSync("python3", ["-c", "import torch"]).status === 0;

for (const command of commands.filter((one) => !serving.test(one))) {
  const cannot = command.includes("--torch") && !hasTorch;
  test.skipIf(cannot)(`${command}${cannot ? " (no python3 here imports torch)" : ""}`, async () => {
    const { code, said } = await run(command, here);
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
  });
}
