import { inverseCovariance, toRows } from "@onestep/core";
import { gaussianCovariates, gaussianNoise, gaussianTasks, linearTarget, promptLaw } from "@onestep/data";
import { optimalPreconditioner } from "@onestep/theory";
import { defineExperiment, type Experiment } from "../experiment.ts";
import { tiltedCovariance } from "./tilted-covariance.ts";

/** Theorem 2 of 2307.03576: covariates of covariance Σ, tasks of covariance Σ⁻¹. */
export const theorem2: Experiment = defineExperiment({
  id: "thm2",
  title: "Theorem 2: covariates N(0, Σ), tasks N(0, Σ⁻¹)",
  source: { key: "mahankali-2023", locator: "Theorem 2" },
  statement: "The trained layer takes one preconditioned step: Γ = ηΣ⁻¹ with the η of Theorem 1.",
  trials({ dimension = 4, contextLength = 20, noiseVariance = 0.25 }) {
    const covariates = tiltedCovariance(dimension, 1 / 8);
    const tasks = inverseCovariance(covariates);
    const law = promptLaw({
      contextLength,
      covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
      target: linearTarget({ tasks: gaussianTasks({ covariance: toRows(tasks.matrix) }) }),
      noise: gaussianNoise({ variance: noiseVariance }),
    });
    return [
      {
        id: "thm2",
        title: `x ~ N(0, Σ), w ~ N(0, Σ⁻¹), cond Σ = 8, d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}`,
        law,
        prediction: optimalPreconditioner({ contextLength, covariates, tasks, noiseVariance }),
        stepUnit: "inverse-covariance",
      },
    ];
  },
});
