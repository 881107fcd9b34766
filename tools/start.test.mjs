import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { pnpmSpec } from "./pnpm.mjs";
import { root } from "./workspace.mjs";

/** A command line that says how it was called, and ends as it is told to. */
const CLI = `
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }));
const [command, value] = process.argv.slice(2);
if (command === "exit") process.exitCode = Number(value);
if (command === "wait") {
  process.on("SIGINT", () => { console.log("interrupted once"); process.exit(130); });
  setInterval(() => {}, 1000);
  console.log("waiting");
}
`;

/** A pnpm that answers its version, chatters on both streams as the real one does, and fails when told to. */
const PNPM = `#!/bin/sh
if [ "$1" = --version ]; then echo ${pnpmSpec.slice("pnpm@".length)}; exit; fi
echo "chatter of pnpm $1"; echo more >&2; exit "\${PNPM_EXIT:-0}"
`;

// A stand-in pnpm is a script with a shebang, which Windows does not run.
const posix = process.platform !== "win32";

describe.runIf(posix)("npm start (stood in for pnpm and the command line)", () => {
  let at;
  let env;

  beforeAll(() => {
    at = mkdtempSync(join(tmpdir(), "onestep-start-"));
    cpSync(join(root, "tools"), join(at, "tools"), { recursive: true });
    for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"])
      cpSync(join(root, file), join(at, file));
    mkdirSync(join(at, "apps/cli/dist"), { recursive: true });
    writeFileSync(join(at, "apps/cli/package.json"), JSON.stringify({ name: "onestep", type: "module" }));
    writeFileSync(join(at, "apps/cli/dist/bin.js"), CLI);
    mkdirSync(join(at, "apps/cli/node_modules"));
    mkdirSync(join(at, "bin"));
    writeFileSync(join(at, "bin/pnpm"), PNPM);
    chmodSync(join(at, "bin/pnpm"), 0o755);
    const inherited = Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$|PNPM_)/.test(name));
    env = { ...Object.fromEntries(inherited), PATH: `${join(at, "bin")}${delimiter}${process.env.PATH}` };
  });

  afterAll(() => {
    rmSync(at, { recursive: true });
  });

  function start(args, more = {}) {
    return spawnSync(process.execPath, [join(at, "tools/start.mjs"), ...args], {
      cwd: at,
      env: { ...env, ...more },
      encoding: "utf8",
    });
  }

  it("hands over the arguments as they stand", () => {
    const { stdout, status } = start(["verify", "thm1", "--law", "a file.json", "--", "$HOME"]);
    expect(JSON.parse(stdout).args).toEqual(["verify", "thm1", "--law", "a file.json", "--", "$HOME"]);
    expect(status).toBe(0);
  });

  it("drops one leading --, which some runners pass on", () => {
    expect(JSON.parse(start(["--", "list", "laws"]).stdout).args).toEqual(["list", "laws"]);
  });

  it("verifies when it is asked nothing", () => {
    expect(JSON.parse(start([]).stdout).args).toEqual(["verify"]);
    expect(JSON.parse(start(["--"]).stdout).args).toEqual(["verify"]);
  });

  it("keeps the chatter of installing off stdout", () => {
    rmSync(join(at, "node_modules"), { recursive: true, force: true });
    const { stdout, stderr } = start(["verify"]);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("chatter of pnpm --filter");
  });

  it("says nothing of a build that succeeds, once there is something to run, and everything of one that fails", () => {
    expect(start(["verify"]).stderr).toBe("");
    expect(start(["verify"], { PNPM_EXIT: "1" }).stderr).toBe("chatter of pnpm exec\nmore\n");
  });

  it("passes the exit code through", () => {
    for (const code of [0, 1, 4]) expect(start(["exit", String(code)]).status).toBe(code);
  });

  it("runs nothing after a failed build, and ends with a code that no verdict has", () => {
    const { stdout, status } = start(["verify"], { PNPM_EXIT: "1" });
    expect(stdout).toBe("");
    expect(status).toBe(70);
  });

  it("stands in the user's folder when npm runs it, so that a relative law file is found", () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "onestep-user-"));
    const { stdout } = start(["verify"], { npm_lifecycle_event: "start", INIT_CWD: elsewhere });
    expect(JSON.parse(stdout).cwd).toContain("onestep-user-");
    rmSync(elsewhere, { recursive: true });
  });

  it("lets an interrupt reach the command line, once", async () => {
    const child = spawn(process.execPath, [join(at, "tools/start.mjs"), "wait"], { cwd: at, env });
    let stdout = "";
    child.stdout.on("data", (data) => {
      stdout += data;
      if (stdout.includes("waiting")) child.kill("SIGINT");
    });
    const status = await new Promise((resolve) => {
      child.on("close", resolve);
    });
    expect(status).toBe(130);
    expect(stdout.match(/interrupted once/g)).toHaveLength(1);
  });
});
