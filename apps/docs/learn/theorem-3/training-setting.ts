import type { TrainingConfigFile } from "@onestep/lab";

import { fieldsOf } from "../../figures/address-fields.ts";
import { LARGEST_SEED } from "../../figures/seed.ts";
import { lawFlag } from "../../reference/law-flag.ts";
import { isDrawn, KNOTS, LINK_NAMES, linkInLawFile, TALLEST, withinHeights, type LinkName } from "./link-choice.ts";
import { CHOICES, DEFAULT_SETTING, type NonlinearSetting } from "./nonlinear-setting.ts";
import { SYMMETRIES, type Symmetry } from "./symmetry.ts";

/** Steps, prompts a step, and random starts that race. */
export const STEPS: number = 300;
const BATCH = 2048;
const STARTS = 4;

/** A setting whose link has a law file. */
export type NamedSetting = NonlinearSetting & { readonly link: LinkName };

/** The setting that is trained: a link that is drawn has no law file, and another is trained in its place. */
export function trainedSetting(setting: NonlinearSetting): NamedSetting {
  const { link } = setting;
  return { ...setting, link: isDrawn(link) ? "identity" : link };
}

/** The config of a training, the same that `commandOf` means. */
export function configOf(setting: NamedSetting): TrainingConfigFile & { readonly training: { steps: number } } {
  const { link, contextLength, dimension, noiseVariance, seed } = setting;
  return {
    law: {
      contextLength,
      dimension,
      covariates: { law: "gaussian" },
      target: { law: "single-index", link: linkInLawFile(link) },
      noise: noiseVariance === 0 ? { law: "none" } : { law: "gaussian", variance: noiseVariance },
    },
    training: { method: "sampled", steps: STEPS, batch: BATCH, starts: STARTS },
    seed,
  };
}

/** The command that trains the same layer in a terminal, with the same numbers to the last bit. */
export function commandOf(setting: NamedSetting): string {
  const { link, contextLength, dimension, noiseVariance, seed } = setting;
  const noise = noiseVariance === 0 ? "" : ` --noise gaussian:variance=${noiseVariance}`;
  const target = `--target ${lawFlag("single-index", { link: linkInLawFile(link) })}`;
  const size = `--context ${contextLength} --dimension ${dimension}`;
  return `npm start -- train ${size} ${target}${noise} --method sampled --steps ${STEPS} --batch ${BATCH} --starts ${STARTS} --seed ${seed}`;
}

/**
 * The distance that the verdict asks for: 2 %, or twice what sampling leaves as root mean square where that is more. Where
 * η* = 0 no theory says what it leaves, and the verdict asks for 5 % of a linear target's step.
 */
export function toleranceOf(stepSize: number, plannedDistance: number | undefined): number {
  return stepSize === 0 ? 0.05 : Math.max(0.02, 2 * (plannedDistance ?? 0));
}

/** A setting, the symmetry that is asked about, and the step at which a training rests. */
export interface NonlinearAddress {
  readonly setting: NonlinearSetting;
  readonly symmetry: Symmetry;
  readonly step: number;
}

/** `link=tanh&n=10&d=2&noise=0&seed=0&covariates=gaussian`; a drawn link is its heights, `link=-2_-1.5_…`. */
export function addressOf({ setting, symmetry, step }: NonlinearAddress): string {
  const { link, contextLength, dimension, noiseVariance, seed } = setting;
  const drawn = isDrawn(link) ? link.join("_") : link;
  const fields = `link=${drawn}&n=${contextLength}&d=${dimension}&noise=${noiseVariance}&seed=${seed}&covariates=${symmetry}`;
  return step === 0 ? fields : `${fields}&step=${step}`;
}

/** What an address says; where it says nothing that can be, the default. */
export function nonlinearAt(address: string): NonlinearAddress {
  const { text, among, whole } = fieldsOf(address);
  const { link, contextLength, dimension, noiseVariance } = DEFAULT_SETTING;
  const drawn = heightsIn(text("link"));
  return {
    setting: {
      link: drawn ?? among("link", LINK_NAMES, link),
      contextLength: among("n", CHOICES.contextLength, contextLength),
      dimension: among("d", CHOICES.dimension, dimension),
      noiseVariance: among("noise", CHOICES.noiseVariance, noiseVariance),
      seed: whole("seed", LARGEST_SEED),
    },
    symmetry: among("covariates", SYMMETRIES, "gaussian"),
    // A link that is drawn is not trained.
    step: drawn === undefined ? whole("step", STEPS) : 0,
  };
}

function heightsIn(text: string): readonly number[] | undefined {
  const heights = text.split("_").map((part) => (/^-?\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  const areRead = heights.length === KNOTS.length && heights.every((height) => Math.abs(height) <= TALLEST);
  return areRead ? heights.map(withinHeights) : undefined;
}
