import { add, categorySampler, covariance, scale, toRows, type Covariance, type Matrix } from "@onestep/core";
import { defineCovariates, type CovariateLatent, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { listOf, requireSameLength } from "../define/list-parameter.ts";
import { covarianceParameter } from "../define/matrix-parameters.ts";
import { weightsParameter } from "../define/weights-parameter.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";
import { gaussianOfPrompt, rowsOfLatent } from "./gaussian-of-prompt.ts";
import { componentInvariance } from "./whitened-invariance.ts";

/**
 * Gaussian rows with one of several covariances, drawn once a prompt: all its rows and its query are N(0, S_k), with
 * probability p_k. Over all prompts
 *
 * $$ \Sigma = \sum_k p_k S_k, \qquad \mathbb{E}[x x^\top \Omega x x^\top] = \sum_k p_k
 *    \big[2 S_k \Omega S_k + \mathrm{tr}(S_k\Omega) S_k\big] $$
 *
 * @throws ShapeError unless there are as many covariances as weights
 * @throws NumericalError unless each S_k is positive semidefinite, and Σ definite
 *
 * @example
 * const law = gaussianPromptMixtureCovariates({ weights: [0.5, 0.5], covariances: [[1, 3], [3, 1]] });
 * law.declares.invariance; // => "signed-permutations"
 */
export const gaussianPromptMixtureCovariates: Factory<GaussianPromptMixtureCovariatesInputs, CovariateLaw> =
  defineCovariates({
    name: "gaussian-prompt-mixture",
    summary: "Gaussian rows with one of several covariances, drawn once a prompt.",
    parameters: {
      weights: weightsParameter({ description: "p_k, the probability of a covariance" }),
      covariances: listOf(covarianceParameter({ description: "S_k" }), {
        description: "S_k, each a number times I, a diagonal or a matrix",
      }),
    },
    examples: [
      { weights: [0.5, 0.25, 0.25], covariances: [1, 0.5, 3] },
      {
        weights: [0.4, 0.6],
        covariances: [
          [1, 3, 2],
          [
            [2, 0.5, -0.3],
            [0.5, 1, 0.2],
            [-0.3, 0.2, 0.6],
          ],
        ],
      },
    ],
    check: ({ weights: probabilities, covariances }, where) =>
      requireSameLength(where, { weights: probabilities, covariances }),
    covariance: secondMoment,
    fourthMoment: (values) => (omega) => average(values, (matrix) => ellipticalFourthMoment(matrix)(omega)),
    declares(values) {
      const components = values.weights.map((weight, k) => ({
        weight,
        mean: new Float64Array(values.dimension),
        covariance: values.covariances[k].matrix,
      }));
      return { centered: true, invariance: componentInvariance(secondMoment(values), components) };
    },
    traits: (values) => ({ perPrompt: latentOf(values) }),
    draw: (values) => rowsOfLatent(latentOf(values)),
  });

/** The parameters of Gaussian covariates with one of several covariances a prompt. */
export interface GaussianPromptMixtureCovariatesInputs {
  readonly weights: readonly number[];
  readonly covariances: readonly (number | readonly number[] | readonly (readonly number[])[])[];
  readonly dimension?: number;
}

interface PromptMixtureValues {
  readonly weights: readonly number[];
  readonly covariances: readonly Covariance[];
}

/** Σ_k p_k f(S_k) */
function average({ weights: probabilities, covariances }: PromptMixtureValues, f: (matrix: Matrix) => Matrix): Matrix {
  return covariances.map(({ matrix }, k) => scale(f(matrix), probabilities[k])).reduce(add);
}

function secondMoment(values: PromptMixtureValues): Covariance {
  return covariance(average(values, (matrix) => matrix));
}

function latentOf({ weights: probabilities, covariances }: PromptMixtureValues): CovariateLatent {
  const laws = covariances.map((one) => gaussianOfPrompt(one, toRows(one.matrix)));
  const pick = categorySampler(probabilities);
  return {
    draw: (stream) => laws[pick(stream)],
    strata: laws
      .map((law, k) => ({ probability: probabilities[k], covariates: law }))
      .filter(({ probability }) => probability > 0),
  };
}
