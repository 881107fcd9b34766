import { LARGEST_SEED } from "../../figures/seed.ts";
import { CHOICES, DEFAULT_SETTING, type TrainingSetting } from "../../learn/theorem-1/training-setting.ts";

/** The attributes of the element. */
export const ATTRIBUTES = ["n", "d", "noise", "seed"] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** What each attribute is called in the setting. */
export const FIELDS: Readonly<Record<Attribute, keyof TrainingSetting>> = {
  n: "contextLength",
  d: "dimension",
  noise: "noiseVariance",
  seed: "seed",
};

interface Range {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

/** As far as the training reaches its verdict. */
const RANGES: Readonly<Record<Attribute, Range>> = {
  n: range(CHOICES.contextLength, true),
  d: range(CHOICES.dimension, true),
  noise: range(CHOICES.noiseVariance, false),
  seed: range([0, LARGEST_SEED], true),
};

/** The setting that attributes mean: what is missing, or no number, is the default; what is out of range is its end. */
export function settingOfAttributes(read: (name: Attribute) => string | null): TrainingSetting {
  const chosen = ATTRIBUTES.map((attribute) => {
    const { least, most, isWhole } = RANGES[attribute];
    const text = read(attribute)?.trim() ?? "";
    const value = text === "" ? Number.NaN : Number(text);
    const within = Math.min(most, Math.max(least, isWhole ? Math.round(value) : value));
    const field = FIELDS[attribute];
    return [field, Number.isNaN(value) ? DEFAULT_SETTING[field] : within] as const;
  });
  return { ...DEFAULT_SETTING, ...Object.fromEntries(chosen) };
}

function range(values: readonly number[], isWhole: boolean): Range {
  return { least: Math.min(...values), most: Math.max(...values), isWhole };
}
