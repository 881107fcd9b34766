import type { TrainingConfig } from "@onestep/lab";
import type { ErrorReport } from "../errors.ts";
import { version } from "../version.ts";

/** What the queue carries to a worker; the report comes back as the job's return value. */
export interface PointJob {
  readonly config: TrainingConfig;
  /** What the last attempt threw. */
  readonly failure?: { readonly error: ErrorReport; readonly exitCode: number };
}

/** The queue's name: no worker of another version ever takes a job from it. */
export function queueName(): string {
  return `onestep-${version()}`;
}

/** A worker says this often that it is alive; silent for as long, its jobs are another's. */
export const LOCK_SECONDS = 6;
export const STALLED_CHECK_SECONDS = 3;

/** A job that outlives its workers so often is what kills them. */
export const MOST_STALLS = 3;

/** Of a job whose worker could not do what others may; what is wrong with the job itself is not tried again. */
export const ATTEMPTS = 3;
export const BACKOFF_SECONDS = 1;

/** Results wait in Redis for a sweep that was killed; after a week nobody comes. */
export const KEPT_SECONDS: number = 7 * 24 * 3600;
