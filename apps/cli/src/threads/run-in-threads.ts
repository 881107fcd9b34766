import { availableParallelism } from "node:os";
import { RelayedError } from "../errors.ts";
import { listenForInterruption } from "./interruption.ts";
import { openThreadPool } from "./thread-pool.ts";

/** What is told while requests are worked on. */
export interface ThreadListener<Progress, Report> {
  onProgress(index: number, progress: Progress): void;
  /** At once, in whatever order the threads end: for what must not be lost. */
  onFinished?(index: number, report: Report): void;
  /** In the order of the requests. */
  onReport(index: number, report: Report): void;
  /** Told of each request that fails, while the others go on; without it the first one ends them all. */
  onFailed?(index: number, error: RelayedError): void;
}

/** The work: requests for threads. */
export interface ThreadWork<Request> {
  /** The module that a thread runs; it exports `work`, an `answer`. */
  readonly module: URL;
  readonly requests: readonly Request[];
  /** The command, and what its requests are called: what an interruption says. */
  readonly command: string;
  readonly noun: string;
  /** What to do after an interruption. */
  readonly hint: string;
}

/**
 * Works on requests in worker threads, as many at once as there are cores. Every number has an address, so the reports do
 * not depend on how many threads there are.
 *
 * @returns the reports of those that did not fail, in their order
 * @throws RelayedError for the first request that failed, unless `onFailed` is told of it; Interruption on SIGINT or SIGTERM
 */
export async function runInThreads<Request, Progress, Report>(
  { module, requests, command, noun, hint }: ThreadWork<Request>,
  listener: ThreadListener<Progress, Report>,
): Promise<Report[]> {
  if (requests.length === 0) return [];
  const pool = openThreadPool<Request, Progress, Report>(module, Math.min(requests.length, availableParallelism()));
  const reports: (Report | undefined)[] = requests.map(() => undefined);
  const failed = new Set<number>();
  let told = 0;
  const runs = requests.map(async (request, index) => {
    try {
      const finished = await pool.run(request, (progress) => listener.onProgress(index, progress));
      listener.onFinished?.(index, finished);
      reports[index] = finished;
    } catch (error) {
      if (listener.onFailed === undefined || !(error instanceof RelayedError)) throw error;
      failed.add(index);
      listener.onFailed(index, error);
    }
    for (; reports[told] !== undefined || failed.has(told); told++) {
      if (!failed.has(told)) listener.onReport(told, reports[told]!);
    }
  });
  const describe = (): string => `${told} of ${requests.length} ${noun} done`;
  const interruption = listenForInterruption({ command, what: `the ${noun}`, describe, hint });
  try {
    await Promise.race([Promise.all(runs), interruption.promise]);
    return reports.filter((report) => report !== undefined);
  } finally {
    interruption.stop();
    await pool.close();
  }
}
