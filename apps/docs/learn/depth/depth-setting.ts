import type { TrainingConfigFile } from "@onestep/lab";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";

/** All that a reader can change. */
export interface DepthSetting {
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  /** L */
  readonly layers: number;
  /** Which model is trained. */
  readonly model: ModelName;
  readonly seed: number;
}

/** A model that can be trained here, and how long it takes to come within `MARGIN` of its optimum. */
export interface TrainedModel {
  readonly label: string;
  readonly layers: number;
  readonly family: "sparse" | "gd-plus-plus";
  readonly steps: number;
}

export type ModelName = "own-2" | "own-3" | "gd-plus-plus-2";

export const MODELS: Readonly<Record<ModelName, TrainedModel>> = {
  "own-2": { label: "2 layers, a step each", layers: 2, family: "sparse", steps: 400 },
  "own-3": { label: "3 layers, a step each", layers: 3, family: "sparse", steps: 600 },
  "gd-plus-plus-2": { label: "2 layers of GD++", layers: 2, family: "gd-plus-plus", steps: 800 },
};

/** Prompts a step, and the learning rate, of every training here. */
const BATCH = 512;
const LEARNING_RATE = 0.1;

/** The verdict asks for a loss of at most so much above the optimum, relative to it. */
export const MARGIN: number = 0.03;

/** What the controls offer. */
export const CHOICES: Readonly<Record<"contextLength" | "dimension" | "layers", readonly number[]>> = {
  contextLength: [10, 20, 40],
  dimension: [5, 8],
  layers: [1, 2, 3, 4, 5, 6],
};

/** GD++ is searched for up to so many layers; with more, that takes seconds. */
export const DEEPEST_GD_PLUS_PLUS: number = 3;

/** Of the slider for σ². */
export const NOISE: { readonly largest: number; readonly step: number } = { largest: 10, step: 0.05 };

export const DEFAULT_SETTING: DepthSetting = {
  contextLength: 20,
  dimension: 5,
  noiseVariance: 0,
  layers: 3,
  model: "own-2",
  seed: 0,
};

/** The noise of the slider that is the first at or above a level. */
export function noiseAtLeast(level: number): number {
  return onSlider(Math.ceil(level / NOISE.step) * NOISE.step);
}

function onSlider(noise: number): number {
  return Number((Math.round(noise / NOISE.step) * NOISE.step).toFixed(2));
}

/** The config of a training, the same that `commandOf` means. */
export function configOf({
  contextLength,
  dimension,
  noiseVariance,
  model,
  seed,
}: DepthSetting): TrainingConfigFile & { readonly training: { readonly steps: number } } {
  const { layers, family, steps } = MODELS[model];
  return {
    law: {
      contextLength,
      dimension,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: noiseVariance === 0 ? { law: "none" } : { law: "gaussian", variance: noiseVariance },
    },
    model: { layers, family },
    training: { steps, batch: BATCH, learningRate: LEARNING_RATE },
    seed,
  };
}

/** The command that trains the same layers in a terminal, with the same numbers to the last bit. */
export function commandOf({ contextLength, dimension, noiseVariance, model, seed }: DepthSetting): string {
  const { layers, family, steps } = MODELS[model];
  const noise = noiseVariance === 0 ? "" : ` --noise gaussian:variance=${noiseVariance}`;
  const size = `--context ${contextLength} --dimension ${dimension}${noise} --layers ${layers} --family ${family}`;
  return `npm start -- train ${size} --steps ${steps} --batch ${BATCH} --learning-rate ${LEARNING_RATE} --seed ${seed}`;
}

/** A setting, and the step at which a training of it rests. */
export interface DepthAddress {
  readonly setting: DepthSetting;
  readonly step: number;
}

/** `n=20&d=5&noise=0&layers=3&model=own-2&seed=0`, and `&step=250` where a training rests. */
export function addressOf({ setting, step }: DepthAddress): string {
  const { contextLength, dimension, noiseVariance, layers, model, seed } = setting;
  const fields = `n=${contextLength}&d=${dimension}&noise=${noiseVariance}&layers=${layers}&model=${model}&seed=${seed}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function settingAt(address: string): DepthAddress {
  const { text, among, whole } = fieldsOf(address);
  const noise = Number(text("noise") || Number.NaN);
  const model = text("model");
  const setting: DepthSetting = {
    contextLength: among("n", CHOICES.contextLength, DEFAULT_SETTING.contextLength),
    dimension: among("d", CHOICES.dimension, DEFAULT_SETTING.dimension),
    noiseVariance: noise >= 0 && noise <= NOISE.largest ? onSlider(noise) : DEFAULT_SETTING.noiseVariance,
    layers: among("layers", CHOICES.layers, DEFAULT_SETTING.layers),
    model: Object.hasOwn(MODELS, model) ? (model as ModelName) : DEFAULT_SETTING.model,
    seed: whole("seed", LARGEST_SEED),
  };
  return { setting, step: whole("step", MODELS[setting.model].steps) };
}
