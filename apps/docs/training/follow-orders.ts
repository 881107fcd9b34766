import {
  checkTrainingConfig,
  plannedDistance,
  runTraining,
  type BackendName,
  type TrainingConfigFile,
  type TrainingEngines,
} from "@onestep/lab";

import type { Outcome, Progress, Remark } from "./messages.ts";
import { followPage, type Pace } from "./paced-worker.ts";

/** Opens a backend that a worker does not have by itself. */
export type OpenEngines = (name: BackendName) => Promise<TrainingEngines>;

/**
 * Trains beside the page, as it orders. Where a backend does not open, our kernels train in its place, and the page is
 * told why.
 */
export function followOrders(open: OpenEngines): void {
  followPage<TrainingConfigFile>(async (given, pace) => {
    const { signal, say, rest, restsAt } = pace;
    const { config, engines } = await enginesOf(given, open, pace);
    if (signal.aborted) return;
    const planned = plannedDistance(checkTrainingConfig(config, "config"));
    const report = await runTraining(config, {
      signal,
      ...(engines === undefined ? {} : { engines }),
      async onState(state) {
        if (signal.aborted) return;
        const { step, steps, loss, point, preconditioner } = state;
        say({
          step,
          steps,
          batchLoss: loss,
          ...(step === 1 && planned !== undefined ? { plannedDistance: planned } : {}),
          ...(preconditioner === undefined ? {} : { preconditioner }),
          ...(point === undefined ? {} : { point }),
          ...(point !== undefined || restsAt(step) ? { parameters: state.parameters } : {}),
        } satisfies Progress);
        if (step < steps) await rest(step);
      },
    });
    if (!signal.aborted) say({ report } satisfies Outcome);
  });
}

/** The engines of a config's backend; where they do not open, the config without it. */
async function enginesOf(
  config: TrainingConfigFile,
  open: OpenEngines,
  { say }: Pace,
): Promise<{ readonly config: TrainingConfigFile; readonly engines?: TrainingEngines }> {
  const { backend, ...others } = config;
  if (backend === undefined || !backend.startsWith("tfjs")) return { config };
  try {
    return { config, engines: await open(backend) };
  } catch (error) {
    say({ missing: backend, remark: error instanceof Error ? error.message : String(error) } satisfies Remark);
    return { config: others };
  }
}
