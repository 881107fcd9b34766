import { runTrial, type TrialProgress, type TrialReport } from "@onestep/lab";
import { openEngine } from "../options/backend.ts";
import { answer } from "../threads/answer.ts";
import type { ThreadAnswer } from "../threads/thread-pool.ts";
import { trialOfRequest, type TrialRequest } from "./trial-request.ts";

/** Runs one trial in a thread, so that the main thread stays free for the progress bar and for Ctrl-C. */
export const work: ThreadAnswer<TrialRequest, TrialReport> = answer(
  async (request, onProgress: (progress: TrialProgress) => void) => {
    const { seed, steps, backend } = request;
    const report = await runTrial(trialOfRequest(request), {
      seed,
      steps,
      engine: await openEngine(backend),
      onProgress,
    });
    return report!; // there is no signal to end it early
  },
);
