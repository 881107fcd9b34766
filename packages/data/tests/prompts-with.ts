import type { LawByKind } from "../src/catalogue.ts";
import type { LawKind } from "../src/define/law-kind.ts";
import { promptLaw, type PromptLaw } from "../src/prompt/prompt-law.ts";
import { linearTarget } from "../src/targets/linear.ts";
import { plainCovariates, plainNoise, plainTarget } from "./plain-parts.ts";

const contextLength = 3;

/** For a law of each kind, the law of a prompt with it in it, whose other parts are plain. */
export const promptsWith: { readonly [Kind in LawKind]: (law: LawByKind[Kind]) => PromptLaw } = {
  covariates: (covariates) =>
    promptLaw({ contextLength, covariates, target: plainTarget(covariates.dimension), noise: plainNoise }),
  tasks: (tasks) =>
    promptLaw({
      contextLength,
      covariates: plainCovariates(tasks.dimension),
      target: linearTarget({ tasks }),
      noise: plainNoise,
    }),
  target: (target) =>
    promptLaw({ contextLength, covariates: plainCovariates(target.dimension), target, noise: plainNoise }),
  noise: (noise) => promptLaw({ contextLength, covariates: plainCovariates(3), target: plainTarget(3), noise }),
};
