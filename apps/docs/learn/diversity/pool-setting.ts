import type { TrainingConfigFile } from "@onestep/lab";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";

/** What a reader may choose. */
export interface PoolSetting {
  /** M, how many tasks there are in pre-training, each with its negative */
  readonly tasks: number;
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  /** Of the pool and of the training */
  readonly seed: number;
}

/** What the controls offer. */
export const CHOICES: Readonly<Record<"tasks" | "contextLength" | "dimension" | "noiseVariance", readonly number[]>> = {
  tasks: Array.from({ length: 11 }, (_, power) => 2 ** power),
  contextLength: [10, 20, 40],
  dimension: [3, 5],
  noiseVariance: [0.25, 1],
};

export const DEFAULT_SETTING: PoolSetting = { tasks: 4, contextLength: 20, dimension: 5, noiseVariance: 0.25, seed: 0 };

/** Of a training. */
export const STEPS: number = 500;
const BATCH = 512;
const STARTS = 4;

/** Blocks of contexts that ideal memories are asked about. */
export const BLOCKS: number = 20;

/** Contexts in one block. */
export const BLOCK: number = 100;

/** A setting but for M, as text. */
export function lawOf(setting: PoolSetting): string {
  return JSON.stringify({ ...setting, tasks: 1 });
}

/** The file of the law of pre-training: tasks from the pool, each as often as its negative. */
export function lawFileOf(setting: PoolSetting): TrainingConfigFile["law"] {
  const { tasks, contextLength, dimension, noiseVariance, seed } = setting;
  const pool = { law: "pool", size: tasks, of: { law: "gaussian" }, seed };
  return {
    contextLength,
    dimension,
    covariates: { law: "gaussian" },
    target: { law: "random-sign", of: { law: "linear", tasks: pool } },
    noise: { law: "gaussian", variance: noiseVariance },
  };
}

/** The config of a training, the same that `commandOf` means. */
export function configOf(setting: PoolSetting): TrainingConfigFile & { readonly training: { readonly steps: number } } {
  return {
    law: lawFileOf(setting),
    training: { method: "sampled", steps: STEPS, batch: BATCH, starts: STARTS },
    seed: setting.seed,
  };
}

/** Commands that train the same layer in a terminal, with the same numbers to the last bit. */
export function commandsOf(setting: PoolSetting): readonly string[] {
  return [
    `echo '${JSON.stringify(lawFileOf(setting))}' > pool.json`,
    `npm start -- train --law pool.json --steps ${STEPS} --batch ${BATCH} --starts ${STARTS} --seed ${setting.seed}`,
  ];
}

/** A setting, and the step at which a training of it rests. */
export interface PoolAddress {
  readonly setting: PoolSetting;
  readonly step: number;
}

/** `tasks=4&n=20&d=5&noise=0.25&seed=0`, and `&step=200` where a training rests. */
export function addressOf({ setting, step }: PoolAddress): string {
  const { tasks, contextLength, dimension, noiseVariance, seed } = setting;
  const fields = `tasks=${tasks}&n=${contextLength}&d=${dimension}&noise=${noiseVariance}&seed=${seed}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function poolAt(address: string): PoolAddress {
  const { among, whole } = fieldsOf(address);
  return {
    setting: {
      tasks: among("tasks", CHOICES.tasks, DEFAULT_SETTING.tasks),
      contextLength: among("n", CHOICES.contextLength, DEFAULT_SETTING.contextLength),
      dimension: among("d", CHOICES.dimension, DEFAULT_SETTING.dimension),
      noiseVariance: among("noise", CHOICES.noiseVariance, DEFAULT_SETTING.noiseVariance),
      seed: whole("seed", LARGEST_SEED),
    },
    step: whole("step", STEPS),
  };
}
