import {
  covariance,
  frobeniusNorm,
  isotropic,
  matrixFromRows,
  subtract,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { gaussianTasks, poolTasks } from "@onestep/data";
import {
  bayesRisk,
  finitePretrainingRisk,
  gaussianLinearMoments,
  optimalStep,
  optimalStepLoss,
  pretrainingLoss,
} from "@onestep/theory";

import type { Gamma } from "../../training/trained-gamma.ts";
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

/** ‖Γ − Γ*‖_F / ‖Γ*‖_F for Γ* of the pool. */
export function distanceFrom({ step }: PoolPrediction, gamma: Gamma): number {
  return frobeniusNorm(subtract(matrixFromRows(gamma), step)) / frobeniusNorm(step);
}

/** What a trained step errs by. */
export function lossesOf(setting: PoolSetting, gamma: Gamma): PoolLosses {
  const step = matrixFromRows(gamma);
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

/** What theory knows of a law at any number of tasks. */
export interface PoolTheory {
  readonly curve: ReturnType<typeof poolCurve>;
  readonly limit: ReturnType<typeof limitCurve>;
  readonly floors: ReturnType<typeof floorsOf>;
}

/** All of it; the number of tasks that a setting names plays no part. */
export function theoryOf(setting: PoolSetting): PoolTheory {
  return { curve: poolCurve(setting), limit: limitCurve(setting), floors: floorsOf(setting) };
}
