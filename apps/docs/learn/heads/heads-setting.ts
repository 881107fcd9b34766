import type { TrainingConfigFile } from "@onestep/lab";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";

/** All that a reader can change. */
export interface HeadsSetting {
  readonly contextLength: number;
  readonly dimension: number;
  /** ‖μ‖: tasks are N(μ, I), and μ points along the first coordinate. */
  readonly taskMean: number;
  readonly heads: number;
  readonly seed: number;
  /** Which of `SCALES` the softmax scores have. */
  readonly scale: number;
}

/** What the controls offer. */
export const CHOICES: Readonly<Record<"contextLength" | "dimension" | "taskMean" | "heads", readonly number[]>> = {
  contextLength: [5, 10, 20],
  dimension: [2, 3, 5],
  taskMean: [0, 0.5, 1, 2],
  heads: [1, 2, 3, 4, 5, 6],
};

/** σ² of all prompts of the page. */
export const NOISE_VARIANCE: number = 0.25;

/** The scales c of softmax scores c⟨x_i, x_q⟩ that are measured, from timid to bold. */
export const SCALES: readonly number[] = Array.from({ length: 25 }, (_, k) =>
  Number((10 ** (-2 + k / 9)).toPrecision(3)),
);

export const STEPS: number = 500;
const LEARNING_RATE = 0.05;

/** The verdict asks for a loss of at most so much above that of theory, relative to it. */
export const MARGIN: number = 1e-3;

export const DEFAULT_SETTING: HeadsSetting = {
  contextLength: 10,
  dimension: 3,
  taskMean: 0,
  heads: 2,
  seed: 0,
  scale: SCALES.length - 5,
};

function meanOf({ dimension, taskMean }: HeadsSetting): number[] {
  return Array.from({ length: dimension }, (_, i) => (i === 0 ? taskMean : 0));
}

/** The config of a training, the same that `commandOf` means. */
export function configOf(
  setting: HeadsSetting,
): TrainingConfigFile & { readonly training: { readonly steps: number } } {
  const { contextLength, dimension, taskMean, heads, seed } = setting;
  return {
    law: {
      contextLength,
      dimension,
      covariates: { law: "gaussian" },
      target: {
        law: "linear",
        tasks: { law: "gaussian", ...(taskMean === 0 ? {} : { mean: meanOf(setting) }) },
      },
      noise: { law: "gaussian", variance: NOISE_VARIANCE },
    },
    model: { layers: 1, heads },
    training: { method: "exact", steps: STEPS, learningRate: LEARNING_RATE },
    seed,
  };
}

/** The command that trains the same heads in a terminal, with the same numbers to the last bit. */
export function commandOf(setting: HeadsSetting): string {
  const { contextLength, dimension, taskMean, heads, seed } = setting;
  const tasks = taskMean === 0 ? "" : ` --tasks "gaussian:mean=${JSON.stringify(meanOf(setting))}"`;
  const law = `--context ${contextLength} --dimension ${dimension}${tasks} --noise gaussian:variance=${NOISE_VARIANCE}`;
  return `npm start -- train ${law} --heads ${heads} --method exact --steps ${STEPS} --learning-rate ${LEARNING_RATE} --seed ${seed}`;
}

/** A setting, and the step at which a training of it rests. */
export interface HeadsAddress {
  readonly setting: HeadsSetting;
  readonly step: number;
}

/** `n=10&d=3&mean=0&heads=2&seed=0&c=1.29`, and `&step=250` where a training rests. */
export function addressOf({ setting, step }: HeadsAddress): string {
  const { contextLength, dimension, taskMean, heads, seed, scale } = setting;
  const fields = `n=${contextLength}&d=${dimension}&mean=${taskMean}&heads=${heads}&seed=${seed}&c=${SCALES[scale]}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function settingAt(address: string): HeadsAddress {
  const { among, whole } = fieldsOf(address);
  return {
    setting: {
      contextLength: among("n", CHOICES.contextLength, DEFAULT_SETTING.contextLength),
      dimension: among("d", CHOICES.dimension, DEFAULT_SETTING.dimension),
      taskMean: among("mean", CHOICES.taskMean, DEFAULT_SETTING.taskMean),
      heads: among("heads", CHOICES.heads, DEFAULT_SETTING.heads),
      seed: whole("seed", LARGEST_SEED),
      scale: SCALES.indexOf(among("c", SCALES, SCALES[DEFAULT_SETTING.scale])),
    },
    step: whole("step", STEPS),
  };
}
