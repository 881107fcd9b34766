import { runTrial } from "@onestep/lab";
import { parentPort, workerData } from "node:worker_threads";
import { exitCodeOfError } from "../exit-code.ts";
import { openEngine } from "../options/backend.ts";
import { describeError } from "../outcome.ts";
import { trialOfRequest, type TrialMessage, type TrialRequest } from "./trial-request.ts";

// Runs one trial in a thread of its own, so that the main thread stays free for the progress bar and for Ctrl-C.
const request = workerData as TrialRequest;
const say = (message: TrialMessage): void => parentPort?.postMessage(message);

try {
  const report = await runTrial(trialOfRequest(request), {
    seed: request.seed,
    steps: request.steps,
    engine: await openEngine(request.backend),
    onProgress: (progress) => say({ kind: "progress", progress }),
  });
  if (report !== undefined) say({ kind: "report", report });
} catch (error) {
  say({ kind: "error", error: describeError(error), exitCode: exitCodeOfError(error) });
}
