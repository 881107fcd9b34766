import { isotropic } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  type PromptLaw,
} from "@onestep/data";
import type { GaussianLinearPopulation } from "@onestep/model";
import { optimalStepLoss } from "@onestep/theory";

/** x ~ N(0, I), w ~ N(μ, I), as exact losses and closed forms take it. */
export type TaskMeanLaw = Required<GaussianLinearPopulation>;

/** The law of a task mean μ. */
export function taskMeanLaw(taskMean: Float64Array, contextLength: number, noiseVariance: number): TaskMeanLaw {
  const unit = isotropic(taskMean.length);
  return { contextLength, covariates: unit, tasks: unit, taskMean, noiseVariance };
}

/** The same law, to draw from. */
export function taskMeanPrompts({ contextLength, taskMean, noiseVariance }: TaskMeanLaw): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension: taskMean.length }),
    target: linearTarget({ tasks: gaussianTasks({ mean: [...taskMean] }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
}

/** The loss of one step of gradient descent from μ: that of one step on tasks without a mean. */
export function lossFromMean({ contextLength, taskMean, noiseVariance }: TaskMeanLaw): number {
  return optimalStepLoss({ contextLength, dimension: taskMean.length, noiseVariance }).value;
}

/** ‖g − μ‖/‖μ‖ */
export function distanceFromMean(guess: Float64Array, { taskMean }: TaskMeanLaw): number {
  return Math.hypot(...guess.map((entry, i) => entry - taskMean[i])) / Math.hypot(...taskMean);
}
