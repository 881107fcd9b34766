import {
  adam,
  adamW,
  clipped,
  cosineRate,
  gradientDescent,
  inverseTime,
  normalizedGradient,
  type Optimizer,
  type PretrainingPlan,
} from "@onestep/model";
import type { OptimizerName } from "./config-fields.ts";
import type { TrainingConfig } from "./config.ts";

/** What of a plan does not depend on the model and its prompts. */
export type Course = Omit<PretrainingPlan<never, never>, "key" | "model" | "prompts" | "stop">;

type Training = Pick<TrainingConfig["training"], "optimizer" | "learningRate" | "starts" | "steps">;

/**
 * The starts race along gradient flow. From parameters so small, the fastest direction outgrows the others before any
 * of them matters: on the sign law (d = 3, n = 20) sixteen starts of sixteen reach the optimum, where Adam, which lifts
 * all parameters off the saddle at zero at one speed, leaves three in four on a spurious stationary point. But where two
 * minima mirror each other, as they do in one dimension with a prior mean, growth from zero leads to the saddle between
 * them; so every third start is a large one.
 */
const INITIAL_SCALES = [1e-4, 1e-4, 0.3];
const SCREENING_RATE = 0.1;

/** Enough for growth from 10⁻⁴ to 1 at that rate, and then to settle at a tenth of it before losses are compared. */
const SCREENING_STEPS = 180;
const GROWING_PART = 0.7;

/**
 * The learning rate is constant for this part of the run, then cools as 1/t. A constant rate leaves fluctuations of the
 * parameters that shrink the average of their product Γ, more so the weaker the law's signal is; cooling removes that
 * bias.
 */
const CONSTANT_PART = 0.3;

/** The factor that the learning rate has cooled to at the end. */
const FINAL_RATE = 0.02;

/** The part of a run that is averaged where little noise is left to average away. */
const SHORT_TAIL = 0.2;

/** The course of one layer of one head: a race, then a rate that cools, and an average over the tail. */
export function courseOfLayer(training: Training): Course {
  return {
    optimizer: optimizerOf(training),
    steps: training.steps,
    schedule: inverseTime({ from: CONSTANT_PART, final: FINAL_RATE }),
    initialScale: INITIAL_SCALES,
    screening: {
      starts: training.starts,
      steps: SCREENING_STEPS,
      optimizer: normalizedGradient({ rate: SCREENING_RATE }),
      schedule: (done) => (done < GROWING_PART ? 1 : 0.1),
    },
  };
}

/**
 * The course of any other model. Gradients are clipped, for a rare wide context outweighs thousands of others, and the
 * average is short: the mean of two deep models is no mean of their predictions.
 */
export function courseOfTransformer(training: Training): Course {
  const { starts, steps } = training;
  const optimizer = clipped(optimizerOf(training), { norm: 1 });
  return {
    optimizer,
    steps,
    schedule: cosineRate({ final: FINAL_RATE }),
    initialScale: 0.01,
    averagedPart: SHORT_TAIL,
    ...(starts === 1 ? {} : { screening: { starts, steps: Math.ceil(steps / 10), optimizer } }),
  };
}

/** The same course without noise to average away. */
export function withoutNoise(course: Course): Course {
  return { ...course, averagedPart: SHORT_TAIL };
}

const optimizers: Readonly<Record<OptimizerName, (settings: { readonly learningRate: number }) => Optimizer>> = {
  adam,
  "adam-w": adamW,
  "gradient-descent": gradientDescent,
};

function optimizerOf({ optimizer, learningRate }: Training): Optimizer {
  return optimizers[optimizer]({ learningRate });
}
