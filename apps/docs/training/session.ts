import type { TrainingConfigFile } from "@onestep/lab";

import type { Progress } from "./messages.ts";
import { openPaced, type PacedSession, type PacedStatus } from "./paced.ts";

/** A config that says how long its training is. */
export type SessionConfig = TrainingConfigFile & { readonly training: { readonly steps: number } };

export type TrainingStatus = PacedStatus;

/** A training that a reader plays, pauses and steps. */
export type TrainingSession = PacedSession<SessionConfig, Progress>;

/** Opens a training in a worker of its own. A whole run takes `seconds` to watch, if the machine keeps up. */
export function openSession(first: SessionConfig, seconds = 1.6): TrainingSession {
  return openPaced({
    hire: () => new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module" }),
    first,
    stepsOf: ({ training }) => training.steps,
    seconds,
  });
}
