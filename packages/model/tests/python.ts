/// <reference types="node" preserve="true" />
import { spawnSync } from "node:child_process";

/** Why there is no NumPy to compare with; undefined where there is. */
export const reasonWithoutNumpy: string | undefined = whyNot();

/** Runs a program with `python3`. */
export function runPython(program: string, ...inputs: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync("python3", [program, ...inputs], { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

function whyNot(): string | undefined {
  const { error, status } = spawnSync("python3", ["-c", "import numpy"]);
  if (error !== undefined) return "there is no python3";
  return status === 0 ? undefined : "python3 has no numpy";
}
