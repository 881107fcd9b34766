import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How long it takes until help is on the screen, beside what Node alone takes. */
export interface StartUp {
  /** Of `onestep --help`. */
  readonly milliseconds: number;
  /** To `node -e 0`. */
  readonly ratio: number;
}

/** A machine that is busy delays some of them, hardly all. */
const RUNS = 5;

/** The least of a few runs of each, in turn. */
export function measureStartUp(): StartUp {
  const bin = fileURLToPath(new URL("../bin.js", import.meta.url));
  const runs = Array.from({ length: RUNS }, () => ({
    help: millisecondsOf([bin, "--help"]),
    node: millisecondsOf(["-e", "0"]),
  }));
  const help = Math.min(...runs.map((run) => run.help));
  return { milliseconds: help, ratio: help / Math.min(...runs.map((run) => run.node)) };
}

function millisecondsOf(args: readonly string[]): number {
  const began = performance.now();
  spawnSync(process.execPath, args, { stdio: "ignore" });
  return performance.now() - began;
}
