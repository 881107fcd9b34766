import type { LsaParameters, Matrix, PromptBatch, RandomKey } from "@onestep/core";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { Schedule } from "./schedules.ts";
import type { PretrainingState } from "./state.ts";
import type { Trainable } from "./trainable.ts";

/** How a model of parameters P is pre-trained on minibatches B. */
export interface PretrainingPlan<P = LsaParameters<Matrix>, B = PromptBatch> {
  /** The address of the initial draws; prompts have addresses of their own. */
  readonly key: RandomKey;
  /** The model, which may measure its coordinates on the first minibatch: `layerInTokenFrame(engine)` for one layer. */
  readonly model: (first: B) => Trainable<P, B>;
  /** The minibatch of a step, 0 ≤ step < steps: fresh prompts, never seen before, and the same whenever asked again. */
  readonly prompts: (step: number) => B;
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** The learning rate's factor along the run; default 1 throughout. */
  readonly schedule?: Schedule;
  /**
   * Standard deviation of the initial numbers of a position; default 0.1. Of several scales, the starts of a
   * race take one after the other in turn.
   */
  readonly initialScale?: number | readonly number[];
  /** Several random starts race before the run proper; without it there is one start and no race. */
  readonly screening?: ScreeningPlan;
  /** The part of the run, from its end, over which positions are averaged; default 0.6. */
  readonly averagedPart?: number;
  /** Which states to keep, by steps done, `logSpaced()` for instance; default none but the last. */
  readonly checkpoints?: (step: number) => boolean;
  /** Ends the run early, at the first state that has what was asked for. */
  readonly stop?: (state: PretrainingState<P>) => boolean;
  /** Ends the run after the current step once it is aborted; an `AbortSignal` fits. */
  readonly signal?: { readonly aborted: boolean };
}

/**
 * A race of random starts. Linear attention has spurious stationary points, layers that attend by covariates instead of
 * responses, and a start may fall into one; under the logistic loss most do. All starts see the same prompts; when the race is over, the one with the
 * smallest training loss goes on with the plan's optimizer. Five starts of 100 steps with
 * `normalizedGradient({ rate: 0.05 })` and `triangleRate()` leave them behind.
 */
export interface ScreeningPlan {
  readonly starts: number;
  /** The first steps of the run. */
  readonly steps: number;
  readonly optimizer: Optimizer;
  /** The optimizer's factor along the race; default 1 throughout. */
  readonly schedule?: Schedule;
}

/** The race of a plan; a plan without one has a single start and no steps of racing. */
export function raceOf<P, B>({ screening, optimizer }: PretrainingPlan<P, B>): ScreeningPlan {
  return screening ?? { starts: 1, steps: 0, optimizer };
}
