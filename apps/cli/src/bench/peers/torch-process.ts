import { BackendError } from "@onestep/core";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BenchSize } from "../size.ts";

const SCRIPT = fileURLToPath(new URL("../../../peers/torch_peer.py", import.meta.url));

/** One thread, whatever the library for matrices. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };

/** What holds OpenBLAS to an older processor than there is, as some machines must for its old versions. */
const HANDICAPS = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

/** What a PyTorch says of itself. */
interface TorchFacts {
  readonly version: string;
  /** What multiplies its matrices. */
  readonly blas: string;
  /** Whether it does so rightly. */
  readonly right: boolean;
}

/** What is asked of it: `peers/torch_peer.py` says what else a request has. */
interface TorchRequest {
  readonly variant: string;
  readonly size: BenchSize;
  readonly [more: string]: unknown;
}

/** PyTorch in a process of its own. */
export interface TorchProcess {
  readonly facts: TorchFacts;
  /** Of the environment, what slows OpenBLAS and had to stay. */
  readonly kept: readonly string[];
  /**
   * @throws BackendError when it cannot, or is no more
   */
  ask<Answer>(request: TorchRequest): Promise<Answer>;
  close(): void;
}

/** Why an interpreter is of no use; undefined if it imports torch. */
export function reasonWithoutTorch(python: string): string | undefined {
  const { error, status } = spawnSync(python, ["-c", "import torch"], { stdio: "ignore" });
  if (error !== undefined) return `${python} cannot be started (${(error as NodeJS.ErrnoException).code})`;
  return status === 0 ? undefined : `${python} does not import torch`;
}

/** Starts it as fast as it still computes rightly. */
export async function startTorch(python: string): Promise<TorchProcess> {
  const present = HANDICAPS.filter((name) => process.env[name] !== undefined);
  const free = await startIn(python, present).catch(() => undefined);
  if (free?.facts.right === true) return { ...free, kept: [] };
  free?.close();
  return { ...(await startIn(python, [])), kept: present };
}

async function startIn(python: string, without: readonly string[]): Promise<Omit<TorchProcess, "kept">> {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...ONE_THREAD };
  for (const name of without) delete environment[name];
  const child = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "inherit"], env: environment });
  let end = "it ended";
  child.on("exit", (code, signal) => {
    end = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
  });
  child.on("error", ({ message }) => (end = message));
  child.stdin.on("error", () => undefined); // a request to a process that is no more: its answer says so
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = new Promise((resolve) => child.once("close", resolve));
  const answer = async <Answer>(what: string): Promise<Answer> => {
    const line = await lines.next();
    if (line.done === true) {
      await closed;
      throw new BackendError({
        where: `bench ${what}`,
        expected: `${python} to answer until the benchmark is over`,
        arrived: end,
        hint: "a smaller --batch or --context if memory was short; without --torch the others are measured",
      });
    }
    try {
      return JSON.parse(line.value) as Answer;
    } catch (cause) {
      child.stdin.end();
      throw new BackendError({
        where: `bench ${what}`,
        expected: `${python} to print its answers and nothing else`,
        arrived: JSON.stringify(line.value.slice(0, 60)),
        hint: "name the interpreter itself, not a script that prints before it starts it",
        cause,
      });
    }
  };
  return {
    facts: await answer<TorchFacts>("--torch"),
    async ask<Answer>(request: TorchRequest) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const told = await answer<Answer & { readonly error?: string }>(request.variant);
      if (told.error === undefined) return told;
      throw new BackendError({
        where: `bench ${request.variant}`,
        expected: "PyTorch to train at this size",
        arrived: told.error,
        hint: "a smaller --batch, --context or --dimension",
      });
    },
    close: () => child.stdin.end(),
  };
}
