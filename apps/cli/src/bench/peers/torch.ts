import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../errors.ts";
import type { BenchSize } from "../size.ts";
import type { Family, Variant } from "../variant.ts";

const SCRIPT = fileURLToPath(new URL("../../../peers/torch_peer.py", import.meta.url));

/** One thread, whatever the library for matrices. */
const ENVIRONMENT = { OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };

/** Multiply-adds a second that PyTorch manages on one core, all overheads included. */
const TORCH_SPEED = 2e9;

/**
 * PyTorch in a process of its own: a request a line, an answer a line.
 *
 * @param python the interpreter; omitted means `python3` if it imports torch
 * @throws UsageError when the named interpreter does not import torch
 */
export async function torchFamily(python?: string): Promise<Family> {
  const interpreter = python ?? "python3";
  if (spawnSync(interpreter, ["-c", "import torch"], { stdio: "ignore" }).status !== 0) {
    const missing = `${interpreter} does not import torch`;
    if (python === undefined) return { missing: `${missing}; --torch names another interpreter` };
    throw new UsageError({
      where: "--torch",
      expected: "a Python interpreter that imports torch",
      arrived: missing,
      hint: "python3 -m venv peer && peer/bin/pip install torch numpy, then --torch peer/bin/python",
    });
  }
  const child = spawn(interpreter, [SCRIPT], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${interpreter} ended in the middle of the benchmark`);
    return JSON.parse(line.value) as T;
  };
  const { version } = await answer<{ version: string }>();

  const variant = (name: string, expectedRate: Variant["expectedRate"], layers?: number): Variant => ({
    name,
    expectedRate,
    async open(size) {
      if (layers !== undefined && size.layers !== layers) return undefined;
      return {
        async measure(seconds) {
          child.stdin.write(`${JSON.stringify({ variant: name, size, seconds })}\n`);
          return (await answer<{ promptsPerSecond: number }>()).promptsPerSecond;
        },
        close: () => undefined,
      };
    },
  });
  return {
    version,
    variants: [
      variant("torch-naive", (size) => TORCH_SPEED / naiveCost(size)),
      variant("torch-smart", (size) => TORCH_SPEED / smartCost(size)),
      variant("torch-scores", (size) => TORCH_SPEED / smartCost(size), 1),
      variant("torch-two-column", (size) => TORCH_SPEED / smartCost(size), 1),
    ],
    close: () => child.stdin.end(),
  };
}

/** Multiply-adds of a prompt with n×n attention, forward and backward. */
export function naiveCost({ layers, dimension, context }: BenchSize): number {
  return 6 * layers * (context + 1) ** 2 * (dimension + 1);
}

/** The same by the context Gram matrix. */
export function smartCost({ layers, dimension, context }: BenchSize): number {
  const width = dimension + 1;
  return 3 * (context + 4 * layers * width) * width ** 2;
}
