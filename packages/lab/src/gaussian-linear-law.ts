import type { PromptLaw } from "@onestep/data";
import type { GaussianLinearPopulation } from "@onestep/model";
import { gaussianTasks } from "./linear-tasks.ts";

/**
 * A law as the Gaussian linear setting that closed forms speak about, or undefined when it is none: another target,
 * other covariates or tasks, or a query with a law of its own.
 */
export function gaussianLinearPopulation(law: PromptLaw): Required<GaussianLinearPopulation> | undefined {
  const { covariates, queryCovariates, target, noise, contextLength } = law;
  const prior = target.name === "linear" ? gaussianTasks(law) : undefined;
  if (prior === undefined || !covariates.gaussian || queryCovariates !== covariates) return undefined;
  return { contextLength, covariates: covariates.covariance, ...prior, noiseVariance: noise.variance };
}
