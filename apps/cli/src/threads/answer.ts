import { parentPort } from "node:worker_threads";
import { exitCodeOfError } from "../exit-code.ts";
import { describeError } from "../outcome.ts";
import type { ThreadAnswer, ThreadProgress } from "./thread-pool.ts";

/** The other end of a thread pool: works on a request, and puts into plain data what came of it. */
export function answer<Request, Progress, Report>(
  work: (request: Request, onProgress: (progress: Progress) => void) => Promise<Report>,
): ThreadAnswer<Request, Report> {
  return async ({ task, request }) => {
    const say = (message: ThreadProgress<Progress>): void => parentPort?.postMessage(message);
    try {
      return { kind: "report", report: await work(request, (progress) => say({ task, progress })) };
    } catch (error) {
      return { kind: "error", error: describeError(error), exitCode: exitCodeOfError(error) };
    }
  };
}
