import type { RunDirectory } from "../run-directory/run-directory.ts";
import { runInThreads, type ThreadListener } from "../threads/run-in-threads.ts";
import type { RecipeProgress, RecipeRequest, TimedReport } from "./recipe-request.ts";

/**
 * Runs recipes, each in a thread of its own, but those that the run directory has already. A report is on disk before
 * anything else happens to it.
 *
 * @throws RelayedError for the first recipe that failed, Interruption on SIGINT or SIGTERM, UsageError where the folder
 * takes no more
 */
export async function runRecipes(
  requests: readonly RecipeRequest[],
  directory: RunDirectory | undefined,
  listener: ThreadListener<RecipeProgress, TimedReport>,
): Promise<TimedReport[]> {
  const kept = requests.map(({ id }) => directory?.finished(id));
  const open = requests.map((_, index) => index).filter((index) => kept[index] === undefined);
  kept.forEach((report, index) => {
    if (report !== undefined) listener.onReport(index, report);
  });
  const work = {
    module: new URL("./recipe-worker.js", import.meta.url),
    requests: open.map((index) => requests[index]),
    command: "reproduce",
    noun: "recipes",
    hint:
      directory === undefined
        ? "with --out FOLDER what is finished is kept, and not run again"
        : `run it again: what is in ${directory.path} is not run again`,
  };
  const fresh = await runInThreads<RecipeRequest, RecipeProgress, TimedReport>(work, {
    onProgress: (index, progress) => listener.onProgress(open[index], progress),
    onFinished: (_, report) => directory?.save(report),
    onReport: (index, report) => listener.onReport(open[index], report),
  });
  open.forEach((index, at) => (kept[index] = fresh[at]));
  return kept.filter((report) => report !== undefined);
}
