import type { TrainingConfigFile } from "@onestep/lab";

import { STEPS } from "../../learn/theorem-1/training-setting.ts";
import type { Failure, Outcome, Progress } from "../../training/messages.ts";
import { openPacer } from "../../training/pacer.ts";
import { openRunWorker } from "../../training/run-worker.ts";

/** A training that a reader plays and pauses on another site's page. */
export interface EmbedRun {
  readonly isPlaying: boolean;
  readonly step: number;
  play(): void;
  pause(): void;
  /** Forgets the training; the next one has this config. */
  reset(config: TrainingConfigFile): void;
  /** Sends the worker away, with the training as it is. */
  close(): void;
}

/** Who hears of a training. */
export interface EmbedListener {
  /** After every step; `isResting` where no other step is under way. */
  stepped(progress: Progress, isResting: boolean): void;
  failed(reason: string): void;
}

/** How long a training takes to watch, where the machine keeps up. */
const SECONDS = 1.6;
/** Its host's policy, or its browser, may refuse a worker. */
const NO_WORKER = "its worker could not run on this page";

/** Opens a training; its worker starts when it is played. */
export function openEmbedRun(hire: () => Worker, first: TrainingConfigFile, listener: EmbedListener): EmbedRun {
  const worker = openRunWorker<TrainingConfigFile, Progress | Outcome>(hire, first, hear, NO_WORKER);
  let isPlaying = false;
  let step = 0;
  let until = 0;
  let frame = 0;

  function hear(said: Progress | Outcome | Failure): void {
    if ("failure" in said) return listener.failed(said.failure);
    if (!("step" in said)) return;
    step = said.step;
    if (step === STEPS) isPlaying = false;
    listener.stepped(said, step === until);
  }

  return {
    get isPlaying() {
      return isPlaying;
    },
    get step() {
      return step;
    },
    play() {
      isPlaying = true;
      const pacer = openPacer(STEPS, () => SECONDS);
      const onFrame = (now: number): void => {
        if (!isPlaying) return;
        const size = pacer(now, step >= until);
        if (size > 0) {
          until = Math.min(STEPS, step + size);
          worker.goOn(until);
        }
        frame = requestAnimationFrame(onFrame);
      };
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(onFrame);
    },
    pause() {
      isPlaying = false;
    },
    reset(config) {
      worker.renew(config);
      isPlaying = false;
      [step, until] = [0, 0];
    },
    close() {
      isPlaying = false;
      worker.dismiss();
    },
  };
}
