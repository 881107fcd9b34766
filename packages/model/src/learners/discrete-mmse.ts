import { exp, log, multiplyVector, ShapeError, type Matrix } from "@onestep/core";
import { byWeights } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireFinite, requireNotNegative, requirePositive } from "./settings.ts";

/** Settings of `discreteMmse`. */
export interface DiscreteMmseSettings {
  /** The task vectors, one a row, `[K, d]` */
  readonly pool: Matrix;
  /** How likely each is before any pair is seen, up to a factor, `[K]`; by default all alike */
  readonly weights?: readonly number[];
  /** σ² ≥ 0; at 0 the tasks of least squared error share the prediction */
  readonly noiseVariance: number;
}

/**
 * The posterior mean over a finite pool of tasks under Gaussian noise: what a learner should do that has seen only these
 * tasks, and the memorising alternative to ridge regression.
 *
 * $$ \hat w = \sum_k p_k w_k, \qquad p_k \propto \pi_k \exp\Bigl(-\frac{\|y - X w_k\|^2}{2\sigma^2}\Bigr) $$
 *
 * @throws ShapeError unless the pool has the prompts' dimension and as many weights as tasks
 * @throws DomainError unless 0 ≤ σ² < ∞, weights are positive, and tasks finite
 *
 * Source: arXiv 2306.15063, Section 2, dMMSE.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(1), responses: Float64Array.of(0),
 *   queryCovariates: Float64Array.of(1), queryResponses: Float64Array.of(0),
 * };
 * // Both tasks explain the response 0 equally well.
 * const learner = learners.discreteMmse({ pool: matrixFromRows([[2], [-2]]), noiseVariance: 1, weights: [3, 1] });
 * Array.from(await learner.predict(prompts))[0]; // ≈ 1
 */
export const discreteMmse: LearnerFactory<DiscreteMmseSettings> = defineLearner({
  name: "discrete-mmse",
  summary: "The posterior mean over a finite pool of tasks.",
  knows: ["pool of tasks", "noise variance σ²"],
  fit: ({ pool, weights, ...settings }: DiscreteMmseSettings) => {
    const noiseVariance = requireNotNegative("discrete-mmse: noiseVariance", settings.noiseVariance);
    pool.values.forEach((entry) => requireFinite("discrete-mmse: pool", entry));
    const priors = (weights ?? Array.from({ length: pool.rows }, () => 1)).map((weight) =>
      log(requirePositive("discrete-mmse: weights", weight)),
    );
    requireSize("weights", priors.length, pool.rows);
    const tasks = Array.from({ length: pool.rows }, (_, k) =>
      pool.values.subarray(k * pool.columns, (k + 1) * pool.columns),
    );
    return byWeights(({ covariates, responses }) => {
      requireSize("pool", pool.columns, covariates.columns);
      const errors = tasks.map((task) => {
        const fitted = multiplyVector(covariates, task);
        return responses.reduce((sum, y, i) => sum + (y - fitted[i]) ** 2, 0);
      });
      const probabilities = posterior(priors, errors, noiseVariance);
      return Float64Array.from({ length: pool.columns }, (_, j) =>
        probabilities.reduce((sum, probability, k) => sum + probability * tasks[k][j], 0),
      );
    });
  },
});

/** Differences from the best task are taken before anything is divided or exponentiated: neither over- nor underflow. */
function posterior(priors: readonly number[], errors: readonly number[], noiseVariance: number): number[] {
  const least = errors.reduce((a, b) => Math.min(a, b));
  const evidence = errors.map((error, k) => {
    const excess = error - least;
    return priors[k] - (excess === 0 ? 0 : excess / (2 * noiseVariance));
  });
  const most = evidence.reduce((a, b) => Math.max(a, b));
  const odds = evidence.map((one) => exp(one - most));
  const total = odds.reduce((sum, one) => sum + one, 0);
  return odds.map((one) => one / total);
}

function requireSize(what: string, size: number, expected: number): void {
  if (size === expected) return;
  throw new ShapeError({
    where: `learners discrete-mmse: ${what}`,
    expected: what === "pool" ? `tasks of dimension ${expected}` : `${expected} weights, one a task`,
    arrived: String(size),
    hint: "a pool is a matrix with one task vector a row",
  });
}
