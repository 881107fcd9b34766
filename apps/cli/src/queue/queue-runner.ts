import { BackendError } from "@onestep/core";
import type { TrainingReport } from "@onestep/lab";
import type { Queue, QueueEvents } from "bullmq";
import { RelayedError } from "../errors.ts";
import { digestOf } from "../run-directory/digest.ts";
import type { PointRunner } from "../sweep/run-points.ts";
import { ATTEMPTS, BACKOFF_SECONDS, KEPT_SECONDS, queueName, type PointJob } from "./job.ts";
import { loadOptional, openRedis, redisError } from "./redis.ts";
import { joinVersion } from "./same-version.ts";

/** A point that is in the queue. */
interface Waiting {
  readonly job: PointJob;
  readonly onProgress: (part: number) => void;
  readonly resolve: (report: TrainingReport) => void;
  readonly reject: (error: Error) => void;
}

/** Events tell at once; a look now and then finds what an event did not say, as after a restart of Redis. */
const SECONDS_BETWEEN_LOOKS = 5;

/**
 * Trains points by workers behind a queue. A job is named by its config's hash, so that a sweep that was killed finds
 * its jobs again, at work or done.
 *
 * @throws BackendError where Redis cannot be used
 */
export async function openQueueRunner(url: string, options: { readonly force: boolean }): Promise<PointRunner> {
  const { Queue, QueueEvents } = await loadOptional<typeof import("bullmq")>("bullmq");
  const link = await openRedis(url);
  const leave = await joinVersion(link);
  const queue: Queue<PointJob, TrainingReport> = new Queue(queueName(), { connection: link.redis });
  const events: QueueEvents = new QueueEvents(queueName(), { connection: link.redis });
  const waiting = new Map<string, Waiting>();
  let workers = 0;

  const add = async (jobId: string, { job }: Waiting): Promise<void> => {
    await queue.add("train", job, {
      jobId, // a second job of the same name is ignored
      attempts: ATTEMPTS,
      backoff: { type: "exponential", delay: BACKOFF_SECONDS * 1000 },
      removeOnComplete: { age: KEPT_SECONDS },
      removeOnFail: { age: KEPT_SECONDS },
    });
  };
  const look = async (jobId: string): Promise<void> => {
    const point = waiting.get(jobId);
    if (point === undefined) return;
    const job = await queue.getJob(jobId);
    if (job === undefined) return add(jobId, point); // Redis was restarted, and has forgotten
    if (job.finishedOn === undefined || !waiting.delete(jobId)) return;
    if (job.failedReason) point.reject(failureOf(job.data, job.failedReason));
    else if (isReportOf(job.returnvalue, point.job)) point.resolve(job.returnvalue);
    else point.reject(strangeReport(jobId));
  };
  const lookAtAll = async (): Promise<void> => {
    workers = await queue.getWorkersCount();
    await Promise.all([...waiting.keys()].map(look));
  };
  let giveUp: (error: Error) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => {
    giveUp = (error) => reject(redisError(link.address, error));
  });
  const soon = (work: Promise<void>): void => void work.catch(giveUp);
  // A connection that broke: link.lost is patient.
  queue.on("error", () => undefined);
  events.on("error", () => undefined);
  events.on("completed", ({ jobId }) => soon(look(jobId)));
  events.on("failed", ({ jobId }) => soon(look(jobId)));
  events.on("progress", ({ jobId, data }) => waiting.get(jobId)?.onProgress(Number(data)));
  await events.waitUntilReady();
  let looking: Promise<void> | undefined; // a look at many points may take longer than the time between two
  const timer = setInterval(() => {
    looking ??= lookAtAll().finally(() => (looking = undefined));
    soon(looking);
  }, SECONDS_BETWEEN_LOOKS * 1000);
  await lookAtAll();

  const enqueue = async (jobId: string, point: Waiting): Promise<void> => {
    const earlier = await queue.getJob(jobId);
    const isStale = earlier?.finishedOn !== undefined && (options.force || Boolean(earlier.failedReason));
    if (isStale) await earlier.remove();
    await add(jobId, point);
    waiting.set(jobId, point);
    await look(jobId); // it may be done already
  };

  return {
    run: ({ config, configHash }, onProgress) =>
      new Promise((resolve, reject) => {
        soon(enqueue(configHash, { job: { config }, onProgress, resolve, reject }));
      }),
    lost: Promise.race([link.lost, refused]),
    remark: () => (workers === 0 ? `no worker yet: onestep worker --queue ${link.address}` : ""),
    async close() {
      clearInterval(timer);
      leave();
      await link.close([events, queue]);
    },
  };
}

/** Whether a job's return value is what this config comes to: whoever can write to the Redis can put in anything. */
function isReportOf(value: Partial<TrainingReport> | null | undefined, { config }: PointJob): value is TrainingReport {
  return value?.status !== undefined && value.config !== undefined && digestOf(value.config) === digestOf(config);
}

function strangeReport(jobId: string): Error {
  return new BackendError({
    where: "--queue",
    expected: "the report of the config that the job is named after",
    arrived: `another's, in job ${jobId}`,
    hint: "--force asks its workers again; something else writes to this database: give the queue one of its own, as in redis://HOST:PORT/1",
  });
}

function failureOf({ failure }: PointJob, reason: string): Error {
  if (failure !== undefined && failure.error.code !== "internal") {
    return new RelayedError(failure.error, failure.exitCode);
  }
  return new BackendError({
    where: "--queue",
    expected: "a worker to finish the job",
    arrived: failure?.error.message ?? reason,
    hint: "read what its workers said last; a worker that ran out of memory takes a smaller training.batch",
  });
}
