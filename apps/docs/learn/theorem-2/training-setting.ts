import type { TrainingConfigFile } from "@onestep/lab";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";
import { lawFlag } from "../../reference/law-flag.ts";
import {
  CHOICES,
  covarianceRows,
  DEFAULT_SETTING,
  TASK_CHOICES,
  taskCovariance,
  VARIANCES,
  withinHalfTurn,
  withinVariances,
  type CovarianceSetting,
} from "./covariance-setting.ts";

/** Steps, prompts a step, and random starts that race: enough to come within 1 % of Γ* for all that can be chosen. */
export const STEPS: number = 600;
const BATCH = 2048;
const STARTS = 8;

/** The config of a training, the same that `commandOf` means. */
export function configOf(setting: CovarianceSetting): TrainingConfigFile & { readonly training: { steps: number } } {
  const { contextLength, noiseVariance, seed } = setting;
  return {
    law: {
      contextLength,
      dimension: 2,
      covariates: { law: "gaussian", covariance: covarianceRows(setting) },
      target: { law: "linear", tasks: { law: "gaussian", covariance: taskCovariance(setting) } },
      noise: noiseVariance === 0 ? { law: "none" } : { law: "gaussian", variance: noiseVariance },
    },
    training: { method: "rao-blackwell", steps: STEPS, batch: BATCH, starts: STARTS },
    seed,
  };
}

/** The command that trains the same layer in a terminal, with the same numbers to the last bit. */
export function commandOf(setting: CovarianceSetting): string {
  const { contextLength, noiseVariance, seed } = setting;
  const noise = noiseVariance === 0 ? "" : ` --noise gaussian:variance=${noiseVariance}`;
  const covariates = `--covariates ${lawFlag("gaussian", { covariance: covarianceRows(setting) })}`;
  const tasks = `--tasks ${lawFlag("gaussian", { covariance: taskCovariance(setting) })}`;
  const training = `--method rao-blackwell --steps ${STEPS} --batch ${BATCH} --starts ${STARTS}`;
  return `npm start -- train --context ${contextLength} ${covariates} ${tasks}${noise} ${training} --seed ${seed}`;
}

/** A setting, and the step at which a training of it rests. */
export interface TrainingAddress {
  readonly setting: CovarianceSetting;
  readonly step: number;
}

/** `first=3&second=0.4&angle=30&n=20&noise=0.25&tasks=whitened&seed=0`, and `&step=250` where a training rests. */
export function addressOf({ setting, step }: TrainingAddress): string {
  const { variances, angle, contextLength, noiseVariance, tasks, seed } = setting;
  const ellipse = `first=${variances[0]}&second=${variances[1]}&angle=${angle}`;
  const fields = `${ellipse}&n=${contextLength}&noise=${noiseVariance}&tasks=${tasks}&seed=${seed}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function trainingAt(address: string): TrainingAddress {
  const { text, among, whole } = fieldsOf(address);
  const variance = (name: string, otherwise: number): number => {
    const value = text(name).trim() === "" ? Number.NaN : Number(text(name));
    return value >= VARIANCES.least && value <= VARIANCES.most ? withinVariances(value) : otherwise;
  };
  const { variances, angle, contextLength, noiseVariance, tasks } = DEFAULT_SETTING;
  return {
    setting: {
      variances: [variance("first", variances[0]), variance("second", variances[1])],
      angle: withinHalfTurn(whole("angle", 359, angle)),
      contextLength: among("n", CHOICES.contextLength, contextLength),
      noiseVariance: among("noise", CHOICES.noiseVariance, noiseVariance),
      tasks: among("tasks", TASK_CHOICES, tasks),
      seed: whole("seed", LARGEST_SEED),
    },
    step: whole("step", STEPS),
  };
}
