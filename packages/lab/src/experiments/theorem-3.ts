import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  randomSignTarget,
  singleIndexTarget,
  type TargetLaw,
} from "@onestep/data";
import { defineExperiment, type Experiment, type ExperimentSettings, type Trial } from "../experiment.ts";

/** Theorem 3 of 2307.03576: nonlinear targets with a rotation-invariant law, and one law without the symmetry. */
export const theorem3: Experiment = defineExperiment({
  id: "thm3",
  title: "Theorem 3: nonlinear targets",
  source: { key: "mahankali-2023", locator: "Theorem 3" },
  statement:
    "Where the law of the target is rotation invariant, the trained layer still takes one step of gradient descent, Γ = ηI; where the symmetry is broken it takes another, better one.",
  trials: (settings) => [
    ...symmetricTrials(settings),
    trialOf(
      "thm3/shifted",
      "w ~ N(2e₁, I): the symmetry is broken",
      { contextLength: 10, ...given(settings) },
      (dimension) => linearTarget({ tasks: gaussianTasks({ dimension, mean: firstAxis(dimension, 2) }) }),
    ),
  ],
});

function symmetricTrials(settings: ExperimentSettings): Trial[] {
  const singleIndex = (link: "sign" | "relu" | "tanh") => (dimension: number) => singleIndexTarget({ dimension, link });
  const relu = singleIndex("relu");
  return [
    trialOf("thm3/sign", "y = sign⟨u, x⟩", settings, singleIndex("sign")),
    trialOf("thm3/relu", "y = ±relu⟨u, x⟩, fair sign", settings, (d) => randomSignTarget({ of: relu(d) })),
    trialOf("thm3/tanh", "y = tanh⟨u, x⟩", settings, singleIndex("tanh")),
  ];
}

function trialOf(
  id: string,
  title: string,
  { dimension = 3, contextLength = 20, noiseVariance = 0 }: ExperimentSettings,
  targetIn: (dimension: number) => TargetLaw,
): Trial {
  return {
    id,
    title: `${title}, d = ${dimension}, n = ${contextLength}, σ² = ${noiseVariance}`,
    law: promptLaw({
      contextLength,
      covariates: gaussianCovariates({ dimension }),
      target: targetIn(dimension),
      noise: gaussianNoise({ variance: noiseVariance }),
    }),
    stepUnit: "identity",
  };
}

/** The settings that were given, so that spreading them over defaults does not erase those with `undefined`. */
function given(settings: ExperimentSettings): ExperimentSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function firstAxis(dimension: number, length: number): number[] {
  return Array.from({ length: dimension }, (_, i) => (i === 0 ? length : 0));
}
