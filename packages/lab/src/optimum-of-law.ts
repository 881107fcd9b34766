import { identity, scale, type GaussianLinearSetting, type Matrix, type PromptMoments } from "@onestep/core";
import { evenPartDecouples, promptMoments, type PromptLaw } from "@onestep/data";
import {
  mapClosedForm,
  optimalPreconditioner,
  optimalPreconditionerLoss,
  optimalStep,
  optimalStepSize,
  randomSpectrumStep,
  stepSizeOf,
  type ClosedForm,
} from "@onestep/theory";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";
import { randomSpectrumSetting } from "./random-spectrum-law.ts";

/** The best step on a law, with the passport of the most specific theorem that covers it. */
export interface LawOptimum {
  readonly preconditioner: ClosedForm<Matrix>;
  /** L* = R(Γ*), from the law's moments; on Gaussian linear laws in the form that keeps every digit */
  readonly loss: number;
  /** Whether Γ* is the layer's global minimum, or only the best step because the even part could help. */
  readonly attains: "lsa-minimum" | "best-step";
}

/**
 * The optimum of any law that declares its moments: Theorem 1 on isotropic Gaussian linear laws, the general Gaussian
 * formula on the others, Theorem 3 and the moment formula elsewhere.
 *
 * @param moments the law's moments, where they are at hand already
 * @throws AssumptionError where the law declares too little
 */
export function optimumOfLaw(law: PromptLaw, moments?: PromptMoments): LawOptimum {
  const attains = evenPartDecouples(law) === "proved" ? "lsa-minimum" : "best-step";
  const setting = gaussianLinearPopulation(law);
  if (setting === undefined || setting.taskMean.some((entry) => entry !== 0)) {
    const spectrum = randomSpectrumSetting(law);
    const best = spectrum === undefined ? optimalStep(moments ?? promptMoments(law)) : randomSpectrumStep(spectrum);
    return {
      preconditioner: mapClosedForm(best, ({ preconditioner }) => preconditioner),
      loss: best.value.loss,
      attains,
    };
  }
  return { preconditioner: namedTheorem(setting), loss: optimalPreconditionerLoss(setting).value, attains };
}

function namedTheorem(setting: GaussianLinearSetting): ClosedForm<Matrix> {
  const { contextLength, noiseVariance, covariates, tasks } = setting;
  const { dimension } = covariates;
  const taskVariance = stepSizeOf(tasks.matrix);
  if (taskVariance === null || stepSizeOf(covariates.matrix) !== 1) return optimalPreconditioner(setting);
  const stepSize = optimalStepSize({ contextLength, dimension, noiseVariance, taskVariance });
  return mapClosedForm(stepSize, (value) => scale(identity(dimension), value));
}
