import { identity, scale } from "@onestep/core";
import { gaussianCovariates, gaussianNoise, gaussianTasks, linearTarget, promptLaw } from "@onestep/data";
import { mapClosedForm, optimalStepSize } from "@onestep/theory";
import { defineExperiment, type Experiment } from "../experiment.ts";

/** Theorem 1 of 2307.03576: isotropic Gaussian covariates and tasks. */
export const theorem1: Experiment = defineExperiment({
  id: "thm1",
  title: "Theorem 1: isotropic covariates and tasks",
  source: { key: "mahankali-2023", locator: "Theorem 1" },
  statement: "The trained layer takes one step of gradient descent: Γ = ηI with η = 1/(n + d + 1 + σ²).",
  trials({ dimension = 5, contextLength = 20, noiseVariance = 0.25 }) {
    const law = promptLaw({
      contextLength,
      covariates: gaussianCovariates({ dimension }),
      target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
      noise: gaussianNoise({ variance: noiseVariance }),
    });
    const stepSize = optimalStepSize({ contextLength, dimension, noiseVariance });
    return [
      {
        id: "thm1",
        title: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}`,
        law,
        prediction: mapClosedForm(stepSize, (value) => scale(identity(dimension), value)),
        stepUnit: "identity",
      },
    ];
  },
});
