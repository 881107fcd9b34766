import type { PromptLaw } from "@onestep/data";
import type { GaussianLinearPopulation } from "@onestep/model";
import { gaussianTasks } from "./linear-tasks.ts";
import { hasFixedLength, hasGaussianNoise } from "./law-traits.ts";

/**
 * A law as the Gaussian linear setting that closed forms speak about, or undefined when it is none: another target,
 * other covariates, tasks or noise, a query with a law of its own, or a random length.
 */
export function gaussianLinearPopulation(law: PromptLaw): Required<GaussianLinearPopulation> | undefined {
  const { covariates, queryCovariates, target, noise, contextLength } = law;
  const prior = target.name === "linear" ? gaussianTasks(law) : undefined;
  if (prior === undefined || !covariates.gaussian || queryCovariates !== covariates) return undefined;
  if (!hasGaussianNoise(law) || !hasFixedLength(law)) return undefined;
  return { contextLength, covariates: covariates.covariance, ...prior, noiseVariance: noise.variance };
}
