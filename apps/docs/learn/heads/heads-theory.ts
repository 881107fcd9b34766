import { isotropic } from "@onestep/core";
import { multiHeadOptimum, reluAttention, singleHeadOptimum, softmaxHeads } from "@onestep/theory";

import { CHOICES, NOISE_VARIANCE, type HeadsSetting } from "./heads-setting.ts";
import { lawKey } from "./law-key.ts";

/** What a law's heads can reach. */
export interface HeadsTheory {
  /** The best step, ŷ = x_qᵀΓXᵀy, and nothing beside it. */
  readonly stepAlone: number;
  readonly oneHead: number;
  /** Any number of heads. */
  readonly anyHeads: number;
  /** Tasks without a mean: two softmax heads of opposite sign in the limit of small scores, and ReLU attention. */
  readonly softmaxPair: number;
  readonly relu: number;
  readonly linear: number;
}

/** Of every law that the page offers. */
export type HeadsTheories = Readonly<Record<string, HeadsTheory>>;

type LawOf = Pick<HeadsSetting, "contextLength" | "dimension" | "taskMean">;

export function headsTheories(): HeadsTheories {
  const laws = CHOICES.contextLength.flatMap((contextLength) =>
    CHOICES.dimension.flatMap((dimension) =>
      CHOICES.taskMean.map((taskMean) => ({ contextLength, dimension, taskMean })),
    ),
  );
  return Object.fromEntries(laws.map((law) => [lawKey(law), headsTheory(law)]));
}

export function headsTheory({ contextLength, dimension, taskMean }: LawOf): HeadsTheory {
  const shape = { contextLength, covariates: isotropic(dimension), tasks: isotropic(dimension) };
  const law = { ...shape, taskMean: new Float64Array(dimension).fill(taskMean, 0, 1), noiseVariance: NOISE_VARIANCE };
  const { unconstrained, preconditionerOnly } = multiHeadOptimum(law).value;
  const { loss, linearLoss } = softmaxHeads({ ...shape, noiseVariance: NOISE_VARIANCE }).value;
  return {
    stepAlone: preconditionerOnly,
    oneHead: singleHeadOptimum(law).value.loss,
    anyHeads: unconstrained,
    softmaxPair: loss,
    linear: linearLoss,
    relu: reluAttention({ contextLength, dimension, noiseVariance: NOISE_VARIANCE }).value.loss,
  };
}
