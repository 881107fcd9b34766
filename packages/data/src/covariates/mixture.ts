import {
  add,
  categorySampler,
  covariance,
  dot,
  maxAbs,
  outer,
  scale,
  type Covariance,
  type Matrix,
} from "@onestep/core";
import { defineCovariates, type CovariateLaw, type DrawRows, type FourthMoment } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { listOf, requireSameLength } from "../define/list-parameter.ts";
import { covarianceParameter, vectorParameter } from "../define/matrix-parameters.ts";
import { weightsParameter } from "../define/weights-parameter.ts";
import { correlatedNormals } from "./correlated-normals.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";
import { componentInvariance, type Component } from "./whitened-invariance.ts";

/**
 * A mixture of Gaussians: each row, the query too, is drawn from N(μ_k, S_k) with probability π_k. With
 * R_k = S_k + μ_kμ_kᵀ,
 *
 * $$ \Sigma = \sum_k \pi_k R_k, \qquad \mathbb{E}[x x^\top \Omega x x^\top] = \sum_k \pi_k
 *    \big[2 R_k \Omega R_k + \mathrm{tr}(R_k\Omega) R_k - 2 (\mu_k^\top \Omega \mu_k)\, \mu_k\mu_k^\top\big] $$
 *
 * @throws ShapeError unless there are as many means and covariances as weights
 * @throws NumericalError unless each S_k is positive semidefinite, and Σ definite
 *
 * @example
 * const law = mixtureCovariates({ weights: [0.5, 0.5], means: [[1, 0], [-1, 0]], covariances: [1, 1] });
 * toRows(law.covariance.matrix); // => [[2, 0], [0, 1]]
 */
export const mixtureCovariates: Factory<MixtureCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "mixture",
  summary: "A mixture of Gaussians, its component drawn for each row.",
  parameters: {
    weights: weightsParameter({ description: "π_k, the probability of a component" }),
    means: listOf(vectorParameter({ description: "μ_k" }), {
      description: "μ_k, each a number for every coordinate or a list",
    }),
    covariances: listOf(covarianceParameter({ description: "S_k" }), {
      description: "S_k about the mean, each a number times I, a diagonal or a matrix",
    }),
  },
  examples: [
    {
      weights: [0.5, 0.5],
      means: [0, 0],
      covariances: [
        [1, 2, 0.5],
        [3, 1, 1],
      ],
    },
    {
      weights: [0.3, 0.7],
      means: [[1, 0, -1], 0.5],
      covariances: [
        1,
        [
          [2, 0.5, -0.3],
          [0.5, 1, 0.2],
          [-0.3, 0.2, 0.6],
        ],
      ],
    },
  ],
  check: ({ weights: probabilities, means, covariances }, where) =>
    requireSameLength(where, { weights: probabilities, means, covariances }),
  covariance: secondMoment,
  fourthMoment: fourthMomentOf,
  declares: (values) => ({
    centered: isCentred(values),
    invariance: componentInvariance(secondMoment(values), componentsOf(values)),
  }),
  draw: ({ dimension, ...values }) => componentRows(values, dimension),
});

/** The parameters of a mixture of Gaussians. */
export interface MixtureCovariatesInputs {
  readonly weights: readonly number[];
  readonly means: readonly (number | readonly number[])[];
  readonly covariances: readonly (number | readonly number[] | readonly (readonly number[])[])[];
  readonly dimension?: number;
}

interface MixtureValues {
  readonly weights: readonly number[];
  readonly means: readonly Float64Array[];
  readonly covariances: readonly Covariance[];
}

interface MixtureComponent extends Component {
  /** μμᵀ */
  readonly spread: Matrix;
  /** R = S + μμᵀ */
  readonly second: Matrix;
}

function componentsOf({ weights: probabilities, means, covariances }: MixtureValues): readonly MixtureComponent[] {
  return probabilities.map((weight, k) => {
    const [mean, { matrix }] = [means[k], covariances[k]];
    const spread = outer(mean, mean);
    return { weight, mean, covariance: matrix, spread, second: add(matrix, spread) };
  });
}

/** Σ_k π_k f(component k) */
function average(values: MixtureValues, f: (component: MixtureComponent) => Matrix): Matrix {
  return componentsOf(values)
    .map((component) => scale(f(component), component.weight))
    .reduce(add);
}

function secondMoment(values: MixtureValues): Covariance {
  return covariance(average(values, ({ second }) => second));
}

/** Isserlis for a Gaussian with a mean: as for a centred one of second moment R, but for four factors of the mean. */
function fourthMomentOf(values: MixtureValues): FourthMoment {
  return (omega) =>
    average(values, ({ spread, second }) =>
      add(ellipticalFourthMoment(second)(omega), scale(spread, -2 * dot(spread.values, omega.values))),
    );
}

/** Whether the means average to 0, up to the rounding of the sum. */
function isCentred(values: MixtureValues): boolean {
  const mean = average(values, (component) => ({ rows: 1, columns: component.mean.length, values: component.mean }));
  const largest = Math.max(
    ...values.means.map((one) => one.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)),
  );
  return maxAbs(mean) <= 2 ** -50 * values.means.length * largest;
}

function componentRows({ weights: probabilities, means, covariances }: MixtureValues, dimension: number): DrawRows {
  const pick = categorySampler(probabilities);
  const drawNormals = covariances.map(correlatedNormals);
  return (stream, count, into, offset) => {
    for (let row = offset; row < offset + count * dimension; row += dimension) {
      const k = pick(stream);
      drawNormals[k](stream, 1, into, row);
      for (let j = 0; j < dimension; j++) into[row + j] += means[k][j];
    }
  };
}
