import { parentPort } from "node:worker_threads";
import { exitCodeOfError } from "../exit-code.ts";
import { describeError } from "../outcome.ts";
import type { ThreadMessage } from "./run-in-threads.ts";

/**
 * The other end of `runInThreads`: works on the thread's request and says what came of it. A report of undefined is none:
 * the thread ends without one.
 */
export async function answer<Progress, Report>(
  work: (onProgress: (progress: Progress) => void) => Promise<Report | undefined>,
): Promise<void> {
  const say = (message: ThreadMessage<Progress, Report>): void => parentPort?.postMessage(message);
  try {
    const report = await work((progress) => say({ kind: "progress", progress }));
    if (report !== undefined) say({ kind: "report", report });
  } catch (error) {
    say({ kind: "error", error: describeError(error), exitCode: exitCodeOfError(error) });
  }
}
