import type { JsonObject } from "@onestep/data";

import { lawFlag } from "../../reference/law-flag.ts";
import { isDrawn, linkInLawFile, type LinkChoice } from "./link-choice.ts";
import type { NonlinearSetting } from "./nonlinear-setting.ts";

/** Laws of covariates, from the most symmetric to the least. */
const LAWS = {
  gaussian: { label: "N(0, I): every direction alike", covariates: () => ["gaussian", {}] },
  laplace: { label: "Laplace coordinates: axes stand out", covariates: () => ["laplace", {}] },
  uneven: {
    label: "N(0, diag(2, ½, …)): one axis is longer",
    covariates: (d: number) => ["gaussian", { covariance: firstAnd(d, 2, 0.5) }],
  },
  skewed: { label: "Exponential coordinates: signs stand out", covariates: () => ["exponential", {}] },
  shifted: {
    label: "N(e₁, I): away from the origin",
    covariates: (d: number) => ["mixture", { weights: [1], means: [firstAnd(d, 1, 0)], covariances: [1] }],
  },
} satisfies Readonly<
  Record<string, { label: string; covariates: (dimension: number) => [name: string, parameters: JsonObject] }>
>;

export type Symmetry = keyof typeof LAWS;

export const SYMMETRIES: readonly Symmetry[] = Object.keys(LAWS) as Symmetry[];

export function labelOf(symmetry: Symmetry): string {
  return LAWS[symmetry].label;
}

/** The law that is checked: a law file, and the heights of its link where that is drawn. */
export interface LawToCheck {
  readonly file: JsonObject;
  readonly drawn?: readonly number[];
}

/** A setting's law over covariates of less symmetry. */
export function lawToCheck(setting: NonlinearSetting, symmetry: Symmetry): LawToCheck {
  const { link, contextLength, dimension, noiseVariance } = setting;
  const [law, parameters] = LAWS[symmetry].covariates(dimension);
  return {
    file: {
      contextLength,
      dimension,
      covariates: { law, ...parameters },
      target: { law: "single-index", link: isDrawn(link) ? "identity" : linkInLawFile(link) },
      noise: noiseVariance === 0 ? { law: "none" } : { law: "gaussian", variance: noiseVariance },
    },
    ...(isDrawn(link) ? { drawn: link } : {}),
  };
}

/** The command that asks the same of the same law; none for a link that is drawn. */
export function checkCommandOf(setting: NonlinearSetting, symmetry: Symmetry): string | undefined {
  const { link, contextLength, dimension, noiseVariance } = setting;
  if (isDrawn(link)) return undefined;
  const noise = noiseVariance === 0 ? "" : ` --noise gaussian:variance=${noiseVariance}`;
  const covariates = `--covariates ${lawFlag(...LAWS[symmetry].covariates(dimension))}`;
  const target = `--target ${lawFlag("single-index", { link: linkInLawFile(link satisfies LinkChoice) })}`;
  return `npm start -- check-law --context ${contextLength} --dimension ${dimension} ${covariates} ${target}${noise}`;
}

/** `first` and then as often as there is room `others`. */
function firstAnd(dimension: number, first: number, others: number): number[] {
  return Array.from({ length: dimension }, (_, i) => (i === 0 ? first : others));
}
