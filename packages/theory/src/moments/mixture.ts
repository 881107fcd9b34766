import { add, covariance, outer, scale, ShapeError, traceOfProduct, type Matrix } from "@onestep/core";
import {
  requireFields,
  requireInRange,
  requireList,
  requireMatrix,
  requireProbabilities,
  requireSize,
} from "../require.ts";
import { gaussianFourthMoment } from "./fourth-moment.ts";

/** A mixture of Gaussians, the component drawn afresh for every row. */
export interface GaussianMixture {
  /** π_k ≥ 0, summing to 1 */
  readonly weights: readonly number[];
  /** μ_k, `[d]` each */
  readonly means: readonly ArrayLike<number>[];
  /** S_k, `[d, d]` each, about the mean */
  readonly covariances: readonly Matrix[];
}

/**
 * The second moment of a mixture, `[d, d]`.
 *
 * $$ \Sigma = \sum_k \pi_k R_k, \qquad R_k = S_k + \mu_k\mu_k^\top $$
 *
 * @throws DomainError unless the weights are probabilities that sum to 1 and every number is finite
 * @throws ShapeError unless there is one weight, one mean and one covariance per component, all of one dimension
 * @throws NumericalError unless every S_k is symmetric and positive semidefinite, or if the result overflows
 *
 * Source: own derivation, second moments given the component.
 *
 * @example
 * mixtureSecondMoment({ weights: [1], means: [[2]], covariances: [identity(1)] }).values; // => [5]
 */
export function mixtureSecondMoment(mixture: GaussianMixture): Matrix {
  return average("mixtureSecondMoment", mixture, (second) => second);
}

/**
 * E[x xᵀΩx xᵀ] of a mixture of Gaussians, `[d, d]`.
 *
 * $$ M_4(\Omega) = \sum_k \pi_k\big[2R_k\Omega R_k + \mathrm{tr}(R_k\Omega)R_k - 2(\mu_k^\top\Omega\mu_k)\,\mu_k\mu_k^\top\big], \qquad R_k = S_k + \mu_k\mu_k^\top $$
 *
 * @param tasks Ω, `[d, d]`; only its symmetric part matters
 * @throws DomainError, ShapeError, NumericalError as `mixtureSecondMoment`
 *
 * Source: own derivation, Isserlis' theorem for Gaussians with a mean.
 *
 * @example
 * mixtureFourthMoment({ weights: [1], means: [[2]], covariances: [identity(1)] }, identity(1)).values[0]; // ≈ 43
 */
export function mixtureFourthMoment(mixture: GaussianMixture, tasks: Matrix): Matrix {
  return average("mixtureFourthMoment", mixture, (second, spread) =>
    add(gaussianFourthMoment(second, tasks), scale(spread, -2 * traceOfProduct(spread, tasks))),
  );
}

/** Σ_k π_k f(R_k, μ_k μ_kᵀ) */
function average(where: string, mixture: GaussianMixture, f: (second: Matrix, spread: Matrix) => Matrix): Matrix {
  requireFields(where, "a mixture", mixture, ["weights", "means", "covariances"]);
  const { weights, means, covariances } = mixture;
  for (const list of [weights, means, covariances]) requireList(where, "components", list);
  if (weights.length === 0 || means.length !== weights.length || covariances.length !== weights.length) {
    throw new ShapeError({
      where,
      expected: "one weight, one mean and one covariance per component",
      arrived: `${weights.length} weights, ${means.length} means, ${covariances.length} covariances`,
      hint: "give the three lists the same length, at least 1",
    });
  }
  requireProbabilities(where, "weights of the components", weights);
  covariances.forEach((own, k) => requireMatrix(where, `covariances[${k}]`, own));
  means.forEach((mean, k) => requireList(where, `coordinates of means[${k}]`, mean));
  const d = covariances[0].rows;
  const result = weights
    .map((weight, k) => {
      requireSize(where, `covariances[${k}]`, covariances[k], d, d);
      const mean = Float64Array.from(means[k]);
      requireSize(where, `means[${k}]`, { rows: mean.length, columns: 1, values: mean }, d, 1);
      const spread = outer(mean, mean);
      return scale(f(add(covariance(covariances[k]).matrix, spread), spread), weight);
    })
    .reduce((sum, term) => add(sum, term));
  requireInRange(where, "moment of the mixture", result.values);
  return result;
}
