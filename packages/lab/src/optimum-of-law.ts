import { identity, scale, type Matrix, type PromptMoments } from "@onestep/core";
import { promptMoments, type PromptLaw } from "@onestep/data";
import {
  mapClosedForm,
  optimalPreconditioner,
  optimalStep,
  optimalStepSize,
  stepSizeOf,
  type ClosedForm,
} from "@onestep/theory";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";

/** The best step on a law, with the passport of the most specific theorem that covers it. */
export interface LawOptimum {
  readonly preconditioner: ClosedForm<Matrix>;
  /** L* = R(Γ*), from the law's moments */
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
export function optimumOfLaw(law: PromptLaw, moments: PromptMoments = promptMoments(law)): LawOptimum {
  const best = optimalStep(moments);
  return {
    preconditioner: namedTheorem(law) ?? mapClosedForm(best, ({ preconditioner }) => preconditioner),
    loss: best.value.loss,
    attains: moments.evenPartDecouples === "proved" ? "lsa-minimum" : "best-step",
  };
}

function namedTheorem(law: PromptLaw): ClosedForm<Matrix> | undefined {
  const setting = gaussianLinearPopulation(law);
  if (setting === undefined || setting.taskMean.some((entry) => entry !== 0)) return undefined;
  const { contextLength, noiseVariance, covariates, tasks } = setting;
  const taskVariance = stepSizeOf(tasks.matrix);
  if (taskVariance === null || stepSizeOf(covariates.matrix) !== 1) return optimalPreconditioner(setting);
  const stepSize = optimalStepSize({ contextLength, dimension: law.dimension, noiseVariance, taskVariance });
  return mapClosedForm(stepSize, (value) => scale(identity(law.dimension), value));
}
