import type { Job, Worker } from "bullmq";
import { hostname } from "node:os";
import { RelayedError } from "../errors.ts";
import { exitCodeOfError } from "../exit-code.ts";
import { describeError } from "../outcome.ts";
import { openPointPool } from "../sweep/thread-runner.ts";
import { LOCK_SECONDS, MOST_STALLS, queueName, STALLED_CHECK_SECONDS, type PointJob } from "./job.ts";
import { loadOptional, openRedis } from "./redis.ts";
import { joinVersion } from "./same-version.ts";

/** How a worker serves. */
export interface ServeOptions {
  /** Jobs at once, each in a thread of its own: the main thread stays free to say that the worker is alive. */
  readonly concurrency: number;
  readonly onReady: (address: string) => void;
  readonly onJob: (jobId: string, outcome: "started" | "finished" | "failed", message: string) => void;
}

/** Progress is passed on this often. */
const SECONDS_BETWEEN_PROGRESS = 1;

/**
 * Takes jobs from a queue until `until` rejects; what it has not finished goes back to the queue.
 *
 * @throws what `until` rejects with; BackendError where Redis cannot be used, or has been gone for too long
 */
export async function serve(url: string, options: ServeOptions, until: Promise<never>): Promise<never> {
  const bullmq = await loadOptional<typeof import("bullmq")>("bullmq");
  const link = await openRedis(url);
  const leave = await joinVersion(link);
  const pool = openPointPool(options.concurrency);
  let isEnding = false;
  const train = async (job: Job<PointJob>, token?: string): Promise<unknown> => {
    const jobId = job.id!;
    options.onJob(jobId, "started", "");
    let said = performance.now();
    const onProgress = (part: number): void => {
      if (performance.now() - said < SECONDS_BETWEEN_PROGRESS * 1000) return;
      said = performance.now();
      void job.updateProgress(part).catch(() => undefined); // it decorates, and decides nothing
    };
    try {
      const { config } = { ...job.data }; // a queue may hold anything, null too
      const report = await pool.run(config, onProgress);
      options.onJob(jobId, "finished", "");
      return report;
    } catch (error) {
      if (isEnding) {
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      }
      const failure = { error: describeError(error), exitCode: exitCodeOfError(error) };
      await job.updateData({ ...job.data, failure });
      options.onJob(jobId, "failed", failure.error.message);
      throw mayHelpElsewhere(error) ? error : new bullmq.UnrecoverableError(failure.error.message);
    }
  };
  const worker: Worker<PointJob> = new bullmq.Worker(queueName(), train, {
    connection: link.redis,
    concurrency: options.concurrency,
    name: `${hostname()}-${process.pid}`,
    lockDuration: LOCK_SECONDS * 1000,
    stalledInterval: STALLED_CHECK_SECONDS * 1000,
    maxStalledCount: MOST_STALLS,
  });
  worker.on("error", () => undefined); // a connection that broke; link.lost is patient
  try {
    await Promise.race([worker.waitUntilReady(), link.lost, until]);
    options.onReady(link.address);
    return await Promise.race([link.lost, until]);
  } finally {
    isEnding = true;
    leave();
    await pool.close(); // ends the trainings, and with them the jobs
    const isForced = link.redis.status !== "ready"; // nobody can be told what becomes of the jobs
    await link.close([{ close: () => worker.close(isForced) }]);
  }
}

/** A backend that is missing here may be installed on another machine, and a thread that broke may hold the next time. */
function mayHelpElsewhere(error: unknown): boolean {
  return !(error instanceof RelayedError) || ["backend", "internal"].includes(error.report.code);
}
