import { isotropic, toRows } from "@onestep/core";
import { gaussianCovariates, gaussianNoise, gaussianTasks, linearTarget, promptLaw } from "@onestep/data";
import { optimalPreconditioner } from "@onestep/theory";
import { defineExperiment, type Experiment } from "../experiment.ts";
import { tiltedCovariance } from "./tilted-covariance.ts";

/** Theorem 1 of 2306.00297: covariates of covariance Σ, isotropic tasks, no noise. */
export const ahnTheorem1: Experiment = defineExperiment({
  id: "ahn1",
  title: "Theorem 1 of 2306.00297: covariates N(0, Σ), tasks N(0, I)",
  source: { key: "ahn-2023", locator: "Theorem 1" },
  statement: "The trained layer takes one preconditioned step: Γ = ((n + 1)Σ + tr(Σ) I)⁻¹, between Σ⁻¹ and I.",
  trials({ dimension = 4, contextLength = 20, noiseVariance = 0 }) {
    const covariates = tiltedCovariance(dimension, 1 / 4);
    const law = promptLaw({
      contextLength,
      covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
      target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
      noise: gaussianNoise({ variance: noiseVariance }),
    });
    return [
      {
        id: "ahn1",
        title: `x ~ N(0, Σ), w ~ N(0, I), cond Σ = 4, d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}`,
        law,
        prediction: optimalPreconditioner({ contextLength, covariates, tasks: isotropic(dimension), noiseVariance }),
        stepUnit: "none",
      },
    ];
  },
});
