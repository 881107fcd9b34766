import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** What each shell is asked: to load the completion, and to complete one line. */
const questions = {
  bash: (line: string) => `
    eval "$(onestep completion bash)"
    COMP_LINE=${JSON.stringify(line)} COMP_POINT=${line.length}
    _onestep; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // Without a terminal zsh has no line editor: what it would be shown is printed instead.
  zsh: (line: string) => `
    compinit() { }; compdef() { }; _files() { }
    _describe() { print -rl -- "\${(@P)3}" }
    eval "$(onestep completion zsh)"
    line=${JSON.stringify(line)}; words=(\${(z)line}); CURRENT=$#words
    _onestep`,
  fish: (line: string) => `
    onestep completion fish | source
    complete --do-complete ${JSON.stringify(line)}`,
} as const;

/** The first words that a shell proposes. */
function proposalsOf(shell: keyof typeof questions, line: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "onestep-completion-"));
  const command = join(folder, "onestep");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(command, 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
  const { stdout } = spawnSync(shell, ["-c", questions[shell](line)], { env, encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((proposal) => proposal !== "")
    .map((proposal) => proposal.replace(shell === "zsh" ? /(?<!\\):.*/ : /\t.*/, "").replaceAll("\\", ""));
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  const isHere = spawnSync(shell, ["--version"]).status === 0;
  test.skipIf(!isHere)(`${shell} completes commands, flags and recipes${isHere ? "" : " (not installed here)"}`, () => {
    expect(proposalsOf(shell, "onestep ver")).toEqual(["verify"]);
    expect(proposalsOf(shell, "onestep reproduce thm")).toEqual([
      "thm1-isotropic",
      "thm2-anisotropic",
      "thm3-nonlinear",
    ]);
    expect(proposalsOf(shell, "onestep verify --back")).toEqual(["--backend"]);
    const backends = shell === "bash" ? ["cpu", "wasm"] : ["tfjs:cpu", "tfjs:wasm"];
    expect(proposalsOf(shell, "onestep verify --backend tfjs:")).toEqual(backends);
  });
}

test("a word without a dash proposes no flags, and an unknown command nothing", async () => {
  const [shelves, nothing] = await Promise.all([
    runCli(["complete", "--", "list", ""]),
    runCli(["complete", "--", "lsit", ""]),
  ]);
  expect(shelves.stdout.split("\n").map((line) => line.split("\t")[0])).toEqual([
    "experiments",
    "recipes",
    "laws",
    "quantities",
    "config",
    "sweep",
    "",
  ]);
  expect([nothing.code, nothing.stdout, nothing.stderr]).toEqual([0, "", ""]);
});

test("a shell that nobody knows is refused with the three that are known", async () => {
  const { code, stdout, stderr } = await runCli(["completion", "tcsh"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain('"tcsh" is none of bash, zsh, fish');
});
