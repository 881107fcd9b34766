import type { TrialProgress, TrialReport } from "@onestep/lab";
import { runInThreads } from "../threads/run-in-threads.ts";
import type { TrialRequest } from "./trial-request.ts";

/** What is told while trials run; reports arrive in the order of the requests. */
export interface TrialListener {
  onProgress(index: number, progress: TrialProgress): void;
  onReport(report: TrialReport): void;
}

/**
 * Runs trials, each in a thread of its own.
 *
 * @throws RelayedError for the first trial that failed, Interruption on SIGINT or SIGTERM
 */
export function runTrials(requests: readonly TrialRequest[], listener: TrialListener): Promise<TrialReport[]> {
  const work = {
    module: new URL("./trial-worker.js", import.meta.url),
    requests,
    command: "verify",
    noun: "trials",
    hint: "run it again: the same seed repeats every number",
  };
  return runInThreads<TrialRequest, TrialProgress, TrialReport>(work, {
    onProgress: (index, progress) => listener.onProgress(index, progress),
    onReport: (_, report) => listener.onReport(report),
  });
}
