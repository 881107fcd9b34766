import { runPnpm } from "./pnpm.mjs";

/**
 * Runs turbo under `pnpm exec`, which puts both on the PATH.
 *
 * @param {string} pnpmFolder as answered by `bootstrap`
 * @param {string[]} args
 * @param {{ stdio?: import("node:child_process").StdioOptions | "on failure", env?: Record<string, string> }} [options]
 * @returns {number} its exit code
 */
export function runTurbo(pnpmFolder, args, { stdio = ["ignore", 1, 2], env } = {}) {
  return runPnpm(pnpmFolder, ["exec", "turbo", ...args], { stdio, env });
}
