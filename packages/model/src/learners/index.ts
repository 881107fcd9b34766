import { adaptiveRidge } from "./adaptive-ridge.ts";
import { bayesPosterior } from "./bayes-posterior.ts";
import { chebyshev } from "./chebyshev.ts";
import { conjugateGradient } from "./conjugate-gradient.ts";
import { discreteMmse } from "./discrete-mmse.ts";
import { gradientDescent } from "./gradient-descent.ts";
import { kernelRidge } from "./kernel-ridge.ts";
import { lasso } from "./lasso.ts";
import type { LearnerRow } from "./learner.ts";
import { leastSquares } from "./least-squares.ts";
import { momentum } from "./momentum.ts";
import { nearestNeighbors } from "./nearest-neighbors.ts";
import { newton } from "./newton.ts";
import { oneStep } from "./one-step.ts";
import { preconditionedStep } from "./preconditioned-step.ts";
import { ridge } from "./ridge.ts";
import { tunedRidge } from "./tuned-ridge.ts";
import { zero } from "./zero.ts";

export {
  adaptiveRidge,
  bayesPosterior,
  chebyshev,
  conjugateGradient,
  discreteMmse,
  gradientDescent,
  kernelRidge,
  lasso,
  leastSquares,
  momentum,
  nearestNeighbors,
  newton,
  oneStep,
  preconditionedStep,
  ridge,
  tunedRidge,
  zero,
};
export type { AdaptiveRidgeSettings } from "./adaptive-ridge.ts";
export type { BayesPosteriorSettings } from "./bayes-posterior.ts";
export type { ChebyshevSettings } from "./chebyshev.ts";
export type { ConjugateGradientSettings } from "./conjugate-gradient.ts";
export type { DiscreteMmseSettings } from "./discrete-mmse.ts";
export type { GradientDescentSettings } from "./gradient-descent.ts";
export type { Kernel, KernelRidgeSettings } from "./kernel-ridge.ts";
export type { LassoSettings } from "./lasso.ts";
export type { MomentumSettings } from "./momentum.ts";
export type { NearestNeighborsSettings } from "./nearest-neighbors.ts";
export type { NewtonSettings } from "./newton.ts";
export type { OneStepSettings } from "./one-step.ts";
export type { PreconditionedStepSettings } from "./preconditioned-step.ts";
export type { RidgeSettings } from "./ridge.ts";
export type { TunedRidgeSettings } from "./tuned-ridge.ts";

/**
 * Every learner, and what each is told beyond the context: a comparison is fair only between those that know the same.
 *
 * @example
 * learners.table.find(({ name }) => name === "ridge").knows; // => ["penalty λ"]
 */
export const table: readonly LearnerRow[] = [
  zero,
  oneStep,
  preconditionedStep,
  gradientDescent,
  momentum,
  chebyshev,
  conjugateGradient,
  newton,
  leastSquares,
  ridge,
  tunedRidge,
  adaptiveRidge,
  bayesPosterior,
  discreteMmse,
  kernelRidge,
  lasso,
  nearestNeighbors,
].map(({ row }) => row);
