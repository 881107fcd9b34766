import type { TrainingConfigFile, TrainingReport } from "@onestep/lab";
import { shallowRef, type Ref } from "vue";

import type { Outcome, Progress, Remark } from "./messages.ts";
import { openPaced, type PacedSession } from "./paced.ts";

/** A config that says how long its training is. */
export type SessionConfig = TrainingConfigFile & { readonly training: { readonly steps: number } };

/** A training that a reader plays, pauses and steps. */
export interface TrainingSession extends PacedSession<SessionConfig, Progress> {
  /** The backend that is missing here, and why: our kernels train in its place. */
  readonly remark: Readonly<Ref<Remark | undefined>>;
  /** What the run came to, once it has ended. */
  readonly report: Readonly<Ref<TrainingReport | undefined>>;
}

/**
 * Opens a training in a worker of its own. A whole run takes `seconds` to watch, if the machine keeps up; a function is
 * asked at every frame.
 */
export function openSession(first: SessionConfig, seconds: number | (() => number) = 1.6): TrainingSession {
  const remark = shallowRef<Remark>();
  const report = shallowRef<TrainingReport>();
  const session = openPaced<SessionConfig, Progress, Remark | Outcome>({
    hire: () => new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module" }),
    first,
    stepsOf: ({ training }) => training.steps,
    seconds,
    hear(said, fail) {
      if ("remark" in said) remark.value = said;
      else {
        report.value = said.report;
        const { status, steps } = said.report;
        if (status === "diverged") fail(`it diverged after ${steps} steps: try a smaller learning rate`);
      }
    },
    forget() {
      remark.value = undefined;
      report.value = undefined;
    },
  });
  return { ...session, remark, report };
}
