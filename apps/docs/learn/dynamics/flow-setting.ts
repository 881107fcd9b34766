import { covarianceFromSpectrum, isotropic, type GaussianLinearSetting } from "@onestep/core";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";

/** Whether key and query are matrices of their own, or one merged matrix. */
export type AttentionKind = "separate" | "merged";

/** What a reader may choose of a training. */
export interface FlowSetting {
  readonly attention: AttentionKind;
  /** The name of a spectrum of Σ: the ratios of its eigenvalues */
  readonly spectrum: string;
  /** How large the weights are at the start */
  readonly startSize: number;
  readonly contextLength: number;
  readonly noiseVariance: number;
  readonly seed: number;
}

/** What the controls offer. */
export const CHOICES: {
  readonly attention: readonly AttentionKind[];
  readonly spectrum: readonly string[];
  readonly startSize: readonly number[];
  readonly contextLength: readonly number[];
  readonly noiseVariance: readonly number[];
} = {
  attention: ["separate", "merged"],
  spectrum: ["4:3:2:1", "8:4:2:1", "4:4:1:1", "1:1:1:1"],
  startSize: [0.01, 0.02, 0.05, 0.1],
  contextLength: [8, 31, 127],
  noiseVariance: [0, 0.25, 1],
};

export const DEFAULT_SETTING: FlowSetting = {
  attention: "separate",
  spectrum: "4:3:2:1",
  startSize: 0.01,
  contextLength: 31,
  noiseVariance: 0,
  seed: 0,
};

/** How often a training is looked at, evenly in the logarithm of time. */
export const LOOKS: number = 240;

/** The eigenvalues of Σ, largest first: they sum to 1. */
export function eigenvaluesOf({ spectrum }: FlowSetting): readonly number[] {
  const ratios = spectrum.split(":").map(Number);
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  return ratios.map((ratio) => ratio / total);
}

/** The law of the prompts: x ~ N(0, Σ) with Σ diagonal, and tasks w ~ N(0, I). */
export function lawOf(setting: FlowSetting): GaussianLinearSetting {
  const eigenvalues = eigenvaluesOf(setting);
  return {
    contextLength: setting.contextLength,
    covariates: covarianceFromSpectrum(eigenvalues),
    tasks: isotropic(eigenvalues.length),
    noiseVariance: setting.noiseVariance,
  };
}

/** The command that prints the heights of the plateaus. */
export function commandOf(setting: FlowSetting): string {
  const { contextLength, noiseVariance } = setting;
  const eigenvalues = eigenvaluesOf(setting);
  const noise = noiseVariance === 0 ? "" : ` --noise gaussian:variance=${noiseVariance}`;
  const law = `--covariates 'gaussian:covariance=[${eigenvalues.join(",")}]' --dimension ${eigenvalues.length}`;
  return `npm start -- theory plateaus ${law} --context ${contextLength}${noise}`;
}

/** A setting, and the look at which a training of it rests. */
export interface FlowAddress {
  readonly setting: FlowSetting;
  readonly step: number;
}

/** `attention=separate&spectrum=4:3:2:1&start=0.01&n=31&noise=0&seed=0`, and `&step=120` where a training rests. */
export function addressOf({ setting, step }: FlowAddress): string {
  const { attention, spectrum, startSize, contextLength, noiseVariance, seed } = setting;
  const fields =
    `attention=${attention}&spectrum=${spectrum}&start=${startSize}` +
    `&n=${contextLength}&noise=${noiseVariance}&seed=${seed}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function flowAt(address: string): FlowAddress {
  const { among, whole } = fieldsOf(address);
  return {
    setting: {
      attention: among("attention", CHOICES.attention, DEFAULT_SETTING.attention),
      spectrum: among("spectrum", CHOICES.spectrum, DEFAULT_SETTING.spectrum),
      startSize: among("start", CHOICES.startSize, DEFAULT_SETTING.startSize),
      contextLength: among("n", CHOICES.contextLength, DEFAULT_SETTING.contextLength),
      noiseVariance: among("noise", CHOICES.noiseVariance, DEFAULT_SETTING.noiseVariance),
      seed: whole("seed", LARGEST_SEED),
    },
    step: whole("step", LOOKS),
  };
}
