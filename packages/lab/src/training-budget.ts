import {
  frobeniusNorm,
  inverse,
  multiply,
  trace,
  squareRoot,
  covariance,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";

/** How long a layer is trained. */
export interface TrainingBudget {
  readonly steps: number;
  readonly promptsPerStep: number;
  /** How many prompts bring the sampling error below the tolerances; more than `steps · promptsPerStep` at the cap. */
  readonly neededPrompts: number;
}

/** The tolerances that a run is to meet, as fractions (see the claims of an experiment). */
export interface BudgetTolerances {
  readonly distance: number;
  readonly offDiagonal: number;
  readonly leakage: number;
}

/** Steps are cheap to keep constant: a law that needs more prompts gets larger minibatches, whose gradients are quieter. */
const STEPS = 2000;
const LEAST_PROMPTS_PER_STEP = 300;
const MOST_PROMPTS_PER_STEP = 6000;

/** The part of the run that is averaged: only these prompts reduce the sampling error. */
const AVERAGED_PART = 0.6;

/** The residual and the context are dependent, which inflates the gradient's variance about this much. */
const VARIANCE_INFLATION = 3;

/** The sampling error is brought to this fraction of each tolerance. */
const MARGIN = 0.4;

/**
 * Plans how many prompts a run needs before its sampling error is well below the tolerances.
 *
 * An averaged run of N prompts estimates Γ* like least squares: the error's covariance is about κL*·Σ⁻¹⊗B⁻¹/N, and the
 * 2d directions of the even part cost κL* each. This is planning, not knowledge of the answer: it decides how long to
 * train, never where to go, and a run that was planned too short ends undecided.
 */
export function planTraining(
  moments: PromptMoments,
  optimum: { readonly preconditioner: Matrix; readonly loss: number },
  tolerances: BudgetTolerances,
): TrainingBudget {
  const { dimension, strata, responseSecondMoment } = moments;
  const query = strata[0].querySecondMoment;
  const inverseStep = inverse(strata[0].stepMoment);
  const size = frobeniusNorm(optimum.preconditioner);
  const root = squareRoot(covariance(query));
  const meanEigenvalue = trace(multiply(root, optimum.preconditioner, root)) / dimension;
  const oddEnergy = responseSecondMoment - optimum.loss;
  if (size === 0 || oddEnergy <= 0) {
    return { steps: STEPS, promptsPerStep: LEAST_PROMPTS_PER_STEP, neededPrompts: STEPS * LEAST_PROMPTS_PER_STEP };
  }

  const perPrompt = variancePerPrompt(optimum.loss);
  const goal = (tolerance: number): number => (MARGIN * tolerance) ** 2;
  const needed = Math.max(
    expectedDistance(moments, optimum, 1) ** 2 / goal(tolerances.distance),
    (perPrompt * (trace(multiply(root, inverseStep, root)) / dimension)) /
      (meanEigenvalue ** 2 * goal(tolerances.offDiagonal)),
    (perPrompt * 2 * dimension) / (oddEnergy * goal(tolerances.leakage)),
  );
  const promptsPerStep = Math.ceil(needed / STEPS);
  return {
    steps: STEPS,
    promptsPerStep: Math.min(MOST_PROMPTS_PER_STEP, Math.max(LEAST_PROMPTS_PER_STEP, promptsPerStep)),
    neededPrompts: STEPS * Math.max(LEAST_PROMPTS_PER_STEP, promptsPerStep),
  };
}

/**
 * The distance ‖Γ − Γ*‖_F / ‖Γ*‖_F that a layer is expected to have after a run of so many prompts, as root mean square:
 * the plan above, read backwards. Infinite where Γ* = 0.
 */
export function expectedDistance(
  { strata: [{ querySecondMoment, stepMoment }] }: PromptMoments,
  { preconditioner, loss }: { readonly preconditioner: Matrix; readonly loss: number },
  prompts: number,
): number {
  const error = (variancePerPrompt(loss) * trace(inverse(querySecondMoment)) * trace(inverse(stepMoment))) / prompts;
  return Math.sqrt(error) / frobeniusNorm(preconditioner);
}

function variancePerPrompt(loss: number): number {
  return (VARIANCE_INFLATION * loss) / AVERAGED_PART;
}
