import { checkTrainingConfig, runTraining, type TrainingConfig, type TrainingReport } from "@onestep/lab";
import { openEngines } from "../options/backend.ts";
import { answer } from "../threads/answer.ts";
import type { ThreadAnswer } from "../threads/thread-pool.ts";

/** Trains one point of a sweep in a thread; its progress is the part that is done. */
export const work: ThreadAnswer<TrainingConfig, TrainingReport> = answer(
  async (given, onProgress: (part: number) => void) => {
    const config = checkTrainingConfig(given, "config"); // a queue may hold anything
    return runTraining(config, {
      engines: await openEngines(config.backend),
      onState({ step, steps, point }) {
        if (point !== undefined) onProgress(step / steps);
      },
    });
  },
);
