import { covariance, isotropic, matrixFromRows, type Matrix, type PromptMoments } from "@onestep/core";
import { gaussianTasks, poolTasks } from "@onestep/data";
import {
  bayesRisk,
  finitePretrainingRisk,
  gaussianLinearMoments,
  optimalStep,
  optimalStepLoss,
  pretrainingLoss,
} from "@onestep/theory";

import { CHOICES, type PoolSetting } from "./pool-setting.ts";

/** What a step errs by, σ² of the query included. */
export interface PoolLosses {
  /** On the tasks of the pool */
  readonly seen: number;
  /** On tasks that nobody has seen, w ~ N(0, I) */
  readonly fresh: number;
}

/** What theory knows of a pool before anything is trained. */
export interface PoolPrediction {
  /** Γ of the least loss on the pool */
  readonly step: Matrix;
  readonly best: PoolLosses;
}

/** The moments of pre-training on a pool: those of Gaussian tasks whose second moment is the pool's own. */
function poolMoments({ tasks, contextLength, dimension, noiseVariance, seed }: PoolSetting): PromptMoments {
  const { secondMoment } = poolTasks({ size: tasks, of: gaussianTasks({ dimension }), seed });
  return gaussianLinearMoments({
    contextLength,
    covariates: isotropic(dimension),
    tasks: covariance(secondMoment),
    noiseVariance,
  });
}

/** The moments of tasks w ~ N(0, I). */
function freshMoments({ contextLength, dimension, noiseVariance }: PoolSetting): PromptMoments {
  const white = isotropic(dimension);
  return gaussianLinearMoments({ contextLength, covariates: white, tasks: white, noiseVariance });
}

/** The best step for a pool, and what it errs by. */
export function poolPrediction(setting: PoolSetting): PoolPrediction {
  const { preconditioner, loss } = optimalStep(poolMoments(setting)).value;
  return {
    step: preconditioner,
    best: { seen: loss, fresh: pretrainingLoss(freshMoments(setting), preconditioner).value },
  };
}

/** What a trained step errs by. */
export function lossesOf(setting: PoolSetting, preconditioner: readonly (readonly number[])[]): PoolLosses {
  const step = matrixFromRows(preconditioner);
  return {
    seen: pretrainingLoss(poolMoments(setting), step).value,
    fresh: pretrainingLoss(freshMoments(setting), step).value,
  };
}

/** The best step for pools of 1, 2, 4, … tasks, each of which extends the one before. */
export function poolCurve(setting: PoolSetting): readonly (PoolLosses & { readonly tasks: number })[] {
  return CHOICES.tasks.map((tasks) => ({ tasks, ...poolPrediction({ ...setting, tasks }).best }));
}

/** The same on new tasks as d → ∞ at fixed n/d and M/d, mean over pools: `finitePretrainingRisk` without a shortage of prompts. */
export function limitCurve(setting: PoolSetting): readonly (readonly [tasks: number, loss: number])[] {
  const { contextLength, dimension, noiseVariance } = setting;
  return Array.from({ length: 41 }, (_, k) => {
    const tasks = 2 ** (k / 4);
    const sizes = {
      contextRatio: contextLength / dimension,
      taskRatio: tasks / dimension,
      promptRatio: 1e12,
      noiseRatio: noiseVariance / dimension,
    };
    return [tasks, dimension * finitePretrainingRisk(sizes).value];
  });
}

/** What no number of tasks goes below: of one step, and of any learner. */
export function floorsOf(setting: PoolSetting): { readonly oneStep: number; readonly ridge: number } {
  return { oneStep: optimalStepLoss(setting).value, ridge: bayesRisk(setting).value };
}
