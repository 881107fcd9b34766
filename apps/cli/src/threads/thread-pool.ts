import { Piscina } from "piscina";
import { fileURLToPath } from "node:url";
import { SHARE_ENV } from "node:worker_threads";
import { RelayedError, type ErrorReport } from "../errors.ts";

/** A request on its way to a thread. */
interface ThreadTask<Request> {
  readonly task: number;
  readonly request: Request;
}

/** What a thread says while it works on a task. */
export interface ThreadProgress<Progress> {
  readonly task: number;
  readonly progress: Progress;
}

/** What came of a task. */
type ThreadOutcome<Report> =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "error"; readonly error: ErrorReport; readonly exitCode: number };

/** What a thread's module exports as `work`: it is given one task after the other. */
export type ThreadAnswer<Request, Report> = (task: ThreadTask<Request>) => Promise<ThreadOutcome<Report>>;

/** Threads that take one request after the other. */
export interface ThreadPool<Request, Progress, Report> {
  /** @throws RelayedError for what the thread could not do, Error where the thread itself ended */
  run(request: Request, onProgress: (progress: Progress) => void): Promise<Report>;
  /** Ends the threads, in the middle of their work if need be. */
  close(): Promise<void>;
}

/** Opens threads that each load `module`, which exports `work`, an `answer`. */
export function openThreadPool<Request, Progress, Report>(
  module: URL,
  threads: number,
): ThreadPool<Request, Progress, Report> {
  const pool = new Piscina<ThreadTask<Request>, ThreadOutcome<Report>>({
    filename: fileURLToPath(module),
    name: "work",
    minThreads: threads,
    maxThreads: threads,
    env: SHARE_ENV, // native libraries read the environment of the process, where tfjsNode asks them to keep quiet
  });
  const listeners = new Map<number, (progress: Progress) => void>();
  pool.on("message", ({ task, progress }: ThreadProgress<Progress>) => listeners.get(task)?.(progress));
  let tasks = 0;
  return {
    async run(request, onProgress) {
      const task = tasks++;
      listeners.set(task, onProgress);
      const outcome = await pool.run({ task, request }).finally(() => listeners.delete(task));
      if (outcome.kind === "error") throw new RelayedError(outcome.error, outcome.exitCode);
      return outcome.report;
    },
    close: () => pool.destroy(),
  };
}
