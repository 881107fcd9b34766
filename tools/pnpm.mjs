import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { readJson, root } from "./workspace.mjs";

/** `pnpm@x.y.z` of package.json's `packageManager`: the one place that names the version. */
export const pnpmSpec = readJson(join(root, "package.json")).packageManager;

const version = pnpmSpec.slice("pnpm@".length);
const windows = process.platform === "win32";

const environment = {
  // Nothing here phones home: the package registry is the only host that a command may ask.
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
  // What passed on one Node is not cached for another.
  ONESTEP_NODE: process.version,
  // Nor is what was skipped for want of the native addon, once it is there.
  ONESTEP_TFJS_NODE: String(existsSync(join(root, "packages/model/node_modules/@tensorflow/tfjs-node/lib"))),
};

/**
 * The folder that holds the right pnpm's executable; "" when the PATH has it already.
 *
 * npx fetches pnpm once into npm's own cache. Its folder is remembered by the caller, because asking npx again costs
 * a second each time.
 *
 * @param {string | undefined} remembered
 * @returns {string}
 */
export function locatePnpm(remembered) {
  for (const folder of remembered ? [remembered, ""] : [""]) {
    if ((folder === "" || existsSync(folder)) && versionIn(folder) === version) return folder;
  }
  const asked = spawnSync("npx", ["--yes", "--package", pnpmSpec, "--", "node", "-p", "process.env.PATH"], {
    cwd: root,
    encoding: "utf8",
    shell: windows,
    stdio: ["ignore", "pipe", 2],
  });
  const folder = (asked.stdout ?? "")
    .trim()
    .split(delimiter)
    .find((entry) => versionIn(entry) === version);
  if (folder === undefined) {
    throw new Error(
      `bootstrap: expected npx to bring ${pnpmSpec}; got ${asked.error?.message ?? `exit code ${asked.status}`}. ` +
        `Try: npx --yes ${pnpmSpec} --version, and see whether npm reaches its registry`,
    );
  }
  return folder;
}

/**
 * Runs `pnpm <args>` in the root.
 *
 * @param {string} pnpmFolder as answered by `locatePnpm`
 * @param {string[]} args
 * @param {{ stdio: import("node:child_process").StdioOptions | "on failure", env?: Record<string, string> }} options
 *   `on failure`: say nothing, unless it fails; then everything, on stderr
 * @returns {number} its exit code; 128 + the signal's number when it was killed
 */
export function runPnpm(pnpmFolder, args, { stdio, env = {} }) {
  const quietly = stdio === "on failure";
  const ran = spawnPnpm(pnpmFolder, args, quietly ? ["ignore", "pipe", "pipe"] : stdio, env);
  const code = ran.status ?? (ran.signal === "SIGINT" ? 130 : 143);
  if (quietly && code !== 0) process.stderr.write(Buffer.concat([ran.stdout, ran.stderr]));
  return code;
}

/**
 * Runs `pnpm <args>` in the root for its answer.
 *
 * @param {string} pnpmFolder as answered by `locatePnpm`
 * @param {string[]} args
 * @returns {{ code: number, stdout: string, stderr: string }} what it said; nothing is printed
 */
export function askPnpm(pnpmFolder, args) {
  const { status, stdout, stderr } = spawnPnpm(pnpmFolder, args, ["ignore", "pipe", "pipe"]);
  return { code: status ?? 1, stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8") };
}

function spawnPnpm(pnpmFolder, args, stdio, env = {}) {
  const ran = spawnSync("pnpm", args.map(quoted), {
    cwd: root,
    stdio,
    maxBuffer: 2 ** 28,
    shell: windows,
    env: { ...process.env, ...environment, ...env, PATH: pathWith(pnpmFolder) },
  });
  if (ran.error) throw ran.error;
  return ran;
}

function versionIn(folder) {
  if (folder !== "" && !existsSync(join(folder, windows ? "pnpm.cmd" : "pnpm"))) return undefined;
  const asked = spawnSync("pnpm", ["--version"], {
    cwd: root,
    encoding: "utf8",
    shell: windows,
    env: { ...process.env, PATH: pathWith(folder) },
  });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function pathWith(folder) {
  return folder === "" ? process.env.PATH : `${folder}${delimiter}${process.env.PATH}`;
}

/** A shell splits at spaces; without one, an argument arrives as it is. */
function quoted(argument) {
  return windows && /[\s^&|<>"]/.test(argument) ? `"${argument.replaceAll('"', '\\"')}"` : argument;
}
