import { runTrial, type TrialProgress, type TrialReport } from "@onestep/lab";
import { workerData } from "node:worker_threads";
import { openEngine } from "../options/backend.ts";
import { answer } from "../threads/answer.ts";
import { trialOfRequest, type TrialRequest } from "./trial-request.ts";

// Runs one trial in a thread of its own, so that the main thread stays free for the progress bar and for Ctrl-C.
const request = workerData as TrialRequest;

await answer<TrialProgress, TrialReport>(async (onProgress) =>
  runTrial(trialOfRequest(request), {
    seed: request.seed,
    steps: request.steps,
    engine: await openEngine(request.backend),
    onProgress,
  }),
);
