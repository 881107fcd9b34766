import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";

/** The law that the layer was trained on: x ~ N(0, I) and w ~ N(0, I). */
export interface TrainedSetting {
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  /** Whether the layer divides its sum by the length of the context. */
  readonly attention: "averages" | "sums";
}

/** How the law at test differs. Factors are of what the layer was trained on. */
export interface Shift {
  /** Of the context length */
  readonly length: number;
  /** Of the variance of all covariates, the query's too */
  readonly covariates: number;
  /** Of the variance of the query alone, beyond that of the covariates */
  readonly query: number;
  /** Of the variance of tasks */
  readonly tasks: number;
  /** σ² at test, added to that of training */
  readonly noise: number;
}

export type ShiftName = keyof Shift;

/** What a reader may choose. */
export interface ShiftSetting {
  readonly trained: TrainedSetting;
  readonly shift: Shift;
  /** The shift along which the curves are drawn. */
  readonly along: ShiftName;
  readonly seed: number;
}

/** What the controls offer for the law of training. */
export const TRAINED_CHOICES: {
  readonly contextLength: readonly number[];
  readonly dimension: readonly number[];
  readonly noiseVariance: readonly number[];
  readonly attention: readonly TrainedSetting["attention"][];
} = {
  contextLength: [8, 16, 32, 64],
  dimension: [2, 5, 8],
  noiseVariance: [0, 0.25, 1],
  attention: ["averages", "sums"],
};

/** The values of the sliders: powers of √2 for factors, and steps for the noise. */
const FACTORS = Array.from({ length: 13 }, (_, k) => 2 ** ((k - 6) / 2));
export const SHIFT_CHOICES: Readonly<Record<ShiftName, readonly number[]>> = {
  length: Array.from({ length: 7 }, (_, k) => 2 ** (k - 3)),
  covariates: FACTORS,
  query: FACTORS,
  tasks: FACTORS,
  noise: [0, 0.25, 0.5, 1, 2, 4],
};

export const NO_SHIFT: Shift = { length: 1, covariates: 1, query: 1, tasks: 1, noise: 0 };

export const DEFAULT_SETTING: ShiftSetting = {
  trained: { contextLength: 16, dimension: 5, noiseVariance: 0.25, attention: "averages" },
  shift: NO_SHIFT,
  along: "covariates",
  seed: 0,
};

/** Blocks of prompts that the live check draws. */
export const BLOCKS: number = 40;

/** Prompts in one block. */
export const BLOCK: number = 6000;

/** A setting, and the block at which its check rests. */
export interface ShiftAddress {
  readonly setting: ShiftSetting;
  readonly step: number;
}

const SHIFT_NAMES = Object.keys(NO_SHIFT) as readonly ShiftName[];

/**
 * `n=16&d=5&noise=0.25&attention=averages&along=covariates&seed=0`, what is shifted by its place on its slider, as
 * `&covariates=8`, and `&step=40` where a check rests.
 */
export function addressOf({ setting: { trained, shift, along, seed }, step }: ShiftAddress): string {
  const { contextLength, dimension, noiseVariance, attention } = trained;
  const fields = [
    `n=${contextLength}&d=${dimension}&noise=${noiseVariance}&attention=${attention}`,
    `along=${along}&seed=${seed}`,
  ];
  for (const name of SHIFT_NAMES) {
    if (shift[name] !== NO_SHIFT[name]) fields.push(`${name}-at=${SHIFT_CHOICES[name].indexOf(shift[name])}`);
  }
  return [...fields, ...(step === 0 ? [] : [`step=${step}`])].join("&");
}

/** What an address says; where it says nothing that can be, the default. */
export function shiftAt(address: string): ShiftAddress {
  const { among, whole } = fieldsOf(address);
  const placed = (name: ShiftName): number => SHIFT_CHOICES[name][whole(`${name}-at`, Infinity, -1)] ?? NO_SHIFT[name];
  const { trained, along } = DEFAULT_SETTING;
  return {
    setting: {
      trained: {
        contextLength: among("n", TRAINED_CHOICES.contextLength, trained.contextLength),
        dimension: among("d", TRAINED_CHOICES.dimension, trained.dimension),
        noiseVariance: among("noise", TRAINED_CHOICES.noiseVariance, trained.noiseVariance),
        attention: among("attention", TRAINED_CHOICES.attention, trained.attention),
      },
      shift: {
        length: placed("length"),
        covariates: placed("covariates"),
        query: placed("query"),
        tasks: placed("tasks"),
        noise: placed("noise"),
      },
      along: among("along", SHIFT_NAMES, along),
      seed: whole("seed", LARGEST_SEED),
    },
    step: whole("step", BLOCKS),
  };
}
