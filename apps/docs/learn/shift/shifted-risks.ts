import { identity, isotropic, scale, type Matrix } from "@onestep/core";
import {
  bayesRisk,
  gaussianLinearMoments,
  optimalStep,
  optimalStepSize,
  rescaledForLength,
  shiftedLoss,
} from "@onestep/theory";

import type { Shift, TrainedSetting } from "./shift-setting.ts";

/** Errors under the law at test, as shares of the second moment of the query's response: to predict 0 is to err by 1. */
export interface ShiftedRisks {
  /** Of the layer as it was trained */
  readonly trained: number;
  /** Of a layer trained on the law at test */
  readonly retrained: number;
  /** Of ridge regression that knows the law at test: what no learner can beat */
  readonly ridge: number;
  /** E y_q² at test, by which they were divided */
  readonly energy: number;
}

/** The law at test, in numbers of its own. */
export interface TestLaw {
  readonly contextLength: number;
  readonly dimension: number;
  readonly covariateVariance: number;
  readonly queryVariance: number;
  readonly taskVariance: number;
  readonly noiseVariance: number;
}

/** What a shift makes of the law of training. */
export function testLawOf({ contextLength, dimension, noiseVariance }: TrainedSetting, shift: Shift): TestLaw {
  return {
    contextLength: contextLength * shift.length,
    dimension,
    covariateVariance: shift.covariates,
    queryVariance: shift.covariates * shift.query,
    taskVariance: shift.tasks,
    noiseVariance: noiseVariance + shift.noise,
  };
}

/** Γ of the trained layer on contexts of the length at test: η*I of Theorem 1, rescaled where the layer averages. */
export function stepAtTest(trained: TrainedSetting, { contextLength }: TestLaw): Matrix {
  const step = scale(identity(trained.dimension), optimalStepSize(trained).value);
  if (trained.attention === "sums") return step;
  return rescaledForLength(step, { trainedOn: trained.contextLength, testedOn: contextLength });
}

/** The errors of the trained layer, of the best one, and of the best learner, under a shift. */
export function shiftedRisks(trained: TrainedSetting, shift: Shift): ShiftedRisks {
  const law = testLawOf(trained, shift);
  const setting = {
    contextLength: law.contextLength,
    covariates: isotropic(law.dimension, law.covariateVariance),
    tasks: isotropic(law.dimension, law.taskVariance),
    noiseVariance: law.noiseVariance,
  };
  const moments = gaussianLinearMoments(setting, isotropic(law.dimension, law.queryVariance));
  const energy = moments.responseSecondMoment;
  // What is not known of the task errs in proportion to the query's variance; the formula has it that of the covariates.
  const unknown = (bayesRisk(setting).value - law.noiseVariance) * shift.query;
  return {
    trained: shiftedLoss(stepAtTest(trained, law), moments).value / energy,
    retrained: optimalStep(moments).value.loss / energy,
    ridge: (unknown + law.noiseVariance) / energy,
    energy,
  };
}
