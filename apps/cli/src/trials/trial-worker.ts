import { runTrial, type TrialProgress, type TrialReport } from "@onestep/lab";
import { openEngine } from "../options/backend.ts";
import { answer } from "../threads/answer.ts";
import { trialOfRequest, type TrialRequest } from "./trial-request.ts";

/** Runs one trial in a thread, so that the main thread stays free for the progress bar and for Ctrl-C. */
export default answer<TrialRequest, TrialProgress, TrialReport>(async (request, onProgress) => {
  const { seed, steps, backend } = request;
  return (await runTrial(trialOfRequest(request), { seed, steps, engine: await openEngine(backend), onProgress }))!;
});
