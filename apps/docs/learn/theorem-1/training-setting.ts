import type { TrainingConfigFile } from "@onestep/lab";
import { optimalStepLoss, optimalStepSize } from "@onestep/theory";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";

/** What a reader may choose of a training. */
export interface TrainingSetting {
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  readonly seed: number;
}

/** What the controls offer. */
export const CHOICES: Readonly<Record<"contextLength" | "dimension" | "noiseVariance", readonly number[]>> = {
  contextLength: [4, 8, 20, 40, 64],
  dimension: [1, 2, 3, 5, 8],
  noiseVariance: [0, 0.25, 1, 2],
};

export const DEFAULT_SETTING: TrainingSetting = { contextLength: 20, dimension: 5, noiseVariance: 0, seed: 0 };

/** Steps and prompts a step: enough to come within 1 % of η* for all that the controls offer. */
export const STEPS: number = 600;
const BATCH = 1536;

/** The verdict asks for a distance of at most 1 % from η*I. */
export const TOLERANCE: number = 0.01;

/** The config of a training, the same that `commandOf` means. */
export function configOf({
  contextLength,
  dimension,
  noiseVariance,
  seed,
}: TrainingSetting): TrainingConfigFile & { readonly training: { readonly steps: number } } {
  return {
    law: {
      contextLength,
      dimension,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: noiseVariance === 0 ? { law: "none" } : { law: "gaussian", variance: noiseVariance },
    },
    training: { method: "rao-blackwell", steps: STEPS, batch: BATCH, starts: 1 },
    seed,
  };
}

/** The command that trains the same layer in a terminal, with the same numbers to the last bit. */
export function commandOf({ contextLength, dimension, noiseVariance, seed }: TrainingSetting): string {
  const noise = noiseVariance === 0 ? "" : ` --noise gaussian:variance=${noiseVariance}`;
  const size = `--context ${contextLength} --dimension ${dimension}${noise}`;
  return `npm start -- train ${size} --method rao-blackwell --steps ${STEPS} --batch ${BATCH} --starts 1 --seed ${seed}`;
}

/** What Theorem 1 says of a setting, before anything is trained. */
export interface Prediction {
  /** η* */
  readonly stepSize: number;
  /** L* */
  readonly loss: number;
}

/** η* and L* from `@onestep/theory`. */
export function predictionOf(setting: TrainingSetting): Prediction {
  return { stepSize: optimalStepSize(setting).value, loss: optimalStepLoss(setting).value };
}

/** A setting, and the step at which a training of it rests. */
export interface TrainingAddress {
  readonly setting: TrainingSetting;
  readonly step: number;
}

/** `n=20&d=5&noise=0&seed=0`, and `&step=250` where a training rests. */
export function addressOf({ setting, step }: TrainingAddress): string {
  const { contextLength, dimension, noiseVariance, seed } = setting;
  const fields = `n=${contextLength}&d=${dimension}&noise=${noiseVariance}&seed=${seed}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function trainingAt(address: string): TrainingAddress {
  const { among, whole } = fieldsOf(address);
  return {
    setting: {
      contextLength: among("n", CHOICES.contextLength, DEFAULT_SETTING.contextLength),
      dimension: among("d", CHOICES.dimension, DEFAULT_SETTING.dimension),
      noiseVariance: among("noise", CHOICES.noiseVariance, DEFAULT_SETTING.noiseVariance),
      seed: whole("seed", LARGEST_SEED),
    },
    step: whole("step", STEPS),
  };
}
