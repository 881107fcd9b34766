import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { covarianceParameter } from "../define/matrix-parameters.ts";
import { correlatedNormals } from "./correlated-normals.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";

/**
 * Independent rows x ~ N(0, Σ). By Isserlis' theorem
 *
 * $$ \mathbb{E}[x x^\top \Omega x x^\top] = 2\,\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\,\Sigma $$
 *
 * @throws NumericalError unless Σ is symmetric and positive definite
 *
 * @example
 * gaussianCovariates({ covariance: [2, 1] }).dimension; // => 2
 */
export const gaussianCovariates: Factory<GaussianCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "gaussian",
  summary: "Independent Gaussian rows of any covariance.",
  parameters: {
    covariance: covarianceParameter({ description: "Σ: a number times I, a diagonal or a matrix", fallback: 1 }),
  },
  examples: [
    { covariance: [2, 0.5, 1] },
    {
      covariance: [
        [2, 0.5, -0.3],
        [0.5, 1, 0.2],
        [-0.3, 0.2, 0.6],
      ],
    },
  ],
  covariance: ({ covariance }) => covariance,
  fourthMoment: ({ covariance }) => ellipticalFourthMoment(covariance.matrix),
  declares: { centered: true, invariance: "rotations", gaussian: true },
  traits: () => ({ drawScale: () => 1 }),
  draw: ({ covariance }) => correlatedNormals(covariance),
});

/** The parameters of Gaussian covariates. */
export interface GaussianCovariatesInputs {
  readonly covariance?: number | readonly number[] | readonly (readonly number[])[] | undefined;
  readonly dimension?: number;
}
