import { parsePromptLaw, type JsonObject } from "@onestep/data";
import { experiments, trialOfLaw, type ExperimentSettings, type Trial } from "@onestep/lab";
import type { BackendName } from "../options/backend-names.ts";

/** What a worker needs to rebuild a trial and run it: plain data that crosses a thread. */
export interface TrialRequest {
  /** Of a trial in the catalogue, or the law file of the user's own. */
  readonly trial: { readonly id: string; readonly settings: ExperimentSettings } | { readonly law: JsonObject };
  readonly seed: number;
  readonly steps: number | undefined;
  readonly backend: BackendName;
}

/** The trial that a request means. */
export function trialOfRequest({ trial }: TrialRequest): Trial {
  if ("law" in trial) return trialOfLaw(parsePromptLaw(trial.law));
  const found = experiments
    .flatMap((experiment) => experiment.trials(trial.settings))
    .find(({ id }) => id === trial.id);
  if (found === undefined) throw new Error(`no trial ${trial.id} in the catalogue`);
  return found;
}
