import { covariance } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import { exponentialSpectrum, type RandomSpectrumSetting } from "@onestep/theory";
import { hasFixedLength } from "./law-traits.ts";
import { linearTasks } from "./linear-tasks.ts";

/**
 * A law whose prompts have covariances diag(λ) with independent exponential λᵢ, as the setting that its solver speaks
 * about; undefined for other laws. Of the tasks and of independent noise only the second moments enter.
 */
export function randomSpectrumSetting(law: PromptLaw): RandomSpectrumSetting | undefined {
  const { covariates, queryCovariates, noise, contextLength } = law;
  if (covariates.name !== "gaussian-random-spectrum" || queryCovariates !== covariates) return undefined;
  const tasks = linearTasks(law);
  if (tasks === undefined || !hasFixedLength(law) || !noise.declares.homoscedastic) return undefined;
  const rate = Number(covariates.parameters["rate"]);
  return {
    contextLength,
    spectrumMoments: exponentialSpectrum(rate),
    tasks: covariance(tasks.secondMoment),
    noiseVariance: noise.variance,
  };
}
