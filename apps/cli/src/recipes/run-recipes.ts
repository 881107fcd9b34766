import { RelayedError } from "../errors.ts";
import type { RunDirectory } from "../run-directory/run-directory.ts";
import { runInThreads, type ThreadListener } from "../threads/run-in-threads.ts";
import type { RecipeProgress, RecipeRequest, TimedReport } from "./recipe-request.ts";

/** What came of recipes. */
export interface RanRecipes {
  readonly reports: readonly TimedReport[];
  /** Why there is no report of the others. */
  readonly failures: readonly RelayedError[];
}

/**
 * Runs recipes, each in a thread of its own, but those that the run directory has already. A report is on disk before
 * anything else happens to it, and a recipe that fails ends no other.
 *
 * @throws Interruption on SIGINT or SIGTERM, UsageError where the folder
 * takes no more
 */
export async function runRecipes(
  requests: readonly RecipeRequest[],
  directory: RunDirectory | undefined,
  listener: ThreadListener<RecipeProgress, TimedReport>,
): Promise<RanRecipes> {
  const failures: RelayedError[] = [];
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
    onFailed: (index, { report, exitCode }) => {
      const { id } = requests[open[index]];
      failures.push(new RelayedError({ ...report, where: id, message: `${id}: ${report.message}` }, exitCode));
    },
  });
  for (const report of fresh) kept[requests.findIndex(({ id }) => id === report.id)] = report;
  return { reports: kept.filter((report) => report !== undefined), failures };
}
