import type { TrialProgress, TrialReport } from "@onestep/lab";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Interruption, RelayedError } from "../errors.ts";
import type { TrialMessage, TrialRequest } from "./trial-request.ts";

/** What is told while trials run; reports arrive in the order of the requests. */
export interface TrialListener {
  onProgress(index: number, progress: TrialProgress): void;
  onReport(report: TrialReport): void;
}

/**
 * Runs trials in worker threads, as many at once as there are cores. Every number has an address, so the reports do not
 * depend on how many workers there are.
 *
 * @throws RelayedError for the first trial that failed, Interruption on SIGINT or SIGTERM
 */
export async function runTrials(requests: readonly TrialRequest[], listener: TrialListener): Promise<TrialReport[]> {
  const workers = new Set<Worker>();
  const reports: (TrialReport | undefined)[] = requests.map(() => undefined);
  let started = 0;
  let told = 0;

  const runNext = async (): Promise<void> => {
    for (let index = started++; index < requests.length; index = started++) {
      reports[index] = await runInWorker(requests[index], workers, (progress) => listener.onProgress(index, progress));
      for (let report = reports[told]; report !== undefined; report = reports[told]) {
        listener.onReport(report);
        told++;
      }
    }
  };
  const interruption = listenForInterruption(() => `${told} of ${requests.length} trials done`);
  try {
    const lanes = Array.from({ length: Math.min(requests.length, availableParallelism()) }, runNext);
    await Promise.race([Promise.all(lanes), interruption.promise]);
    return reports.filter((report) => report !== undefined);
  } finally {
    interruption.stop();
    await Promise.all([...workers].map((worker) => worker.terminate()));
  }
}

function runInWorker(
  request: TrialRequest,
  workers: Set<Worker>,
  onProgress: (progress: TrialProgress) => void,
): Promise<TrialReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./trial-worker.js", import.meta.url), { workerData: request });
    workers.add(worker);
    worker.on("message", (message: TrialMessage) => {
      if (message.kind === "progress") onProgress(message.progress);
      else if (message.kind === "report") resolve(message.report);
      else reject(new RelayedError(message.error, message.exitCode));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      workers.delete(worker);
      reject(new Error(`a trial's thread ended with code ${code} before it reported`));
    });
  });
}

function listenForInterruption(describe: () => string): { promise: Promise<never>; stop: () => void } {
  let refuse: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    refuse(
      new Interruption({
        where: "verify",
        expected: "the trials to finish",
        arrived: `${signal} with ${describe()}`,
        hint: "run it again: the same seed repeats every number",
      }),
    );
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  return { promise, stop: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal) };
}
