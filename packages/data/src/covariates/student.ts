import { chiSquaredSampler, type Covariance, type RandomStream } from "@onestep/core";
import { defineCovariates, type CovariateLaw, type DrawRows } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { degreesOfFreedomParameter, noFourthMomentFor } from "../define/degrees-of-freedom-parameter.ts";
import { covarianceParameter } from "../define/matrix-parameters.ts";
import { correlatedNormals } from "./correlated-normals.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";

/**
 * Multivariate Student rows, rescaled to the covariance Σ: x = √t·Lz with LLᵀ = Σ, z ~ N(0, I) and one
 * t = (ν − 2)/χ²_ν a row, of mean 1. Coordinates are dependent, and the law is elliptical:
 *
 * $$ \mathbb{E}[x x^\top \Omega x x^\top] = q\,\big(2\,\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\,\Sigma\big), \qquad
 *    q = \mathbb{E}\,t^2 = \frac{\nu-2}{\nu-4} $$
 *
 * @throws DomainError for ν ≤ 2, where no covariance exists; for ν ≤ 4 no fourth moment does
 *
 * Source: Kotz & Nadarajah, Multivariate t Distributions and Their Applications, 2004, chapter 1.
 *
 * @example
 * studentCovariates({ degreesOfFreedom: 5, covariance: [2, 1] }).declares.invariance; // => "rotations"
 */
export const studentCovariates: Factory<StudentCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "student",
  summary: "Elliptical Student rows of any covariance: heavy tails that all coordinates of a row share.",
  parameters: {
    degreesOfFreedom: degreesOfFreedomParameter({ description: "ν > 2; the smaller, the heavier the tails" }),
    covariance: covarianceParameter({ description: "Σ: a number times I, a diagonal or a matrix", fallback: 1 }),
  },
  examples: [
    { degreesOfFreedom: 3, covariance: [2, 0.5, 1] },
    {
      degreesOfFreedom: 12,
      covariance: [
        [2, 0.5, -0.3],
        [0.5, 1, 0.2],
        [-0.3, 0.2, 0.6],
      ],
    },
  ],
  covariance: ({ covariance }) => covariance,
  fourthMoment: ({ degreesOfFreedom: nu, covariance: { matrix } }) =>
    nu > 4 ? ellipticalFourthMoment(matrix, (nu - 2) / (nu - 4)) : noFourthMomentFor(nu),
  declares: { centered: true, invariance: "rotations" },
  traits: ({ degreesOfFreedom: nu }) => ({ finiteMoments: nu, drawScale: studentScale(nu) }),
  draw: ({ degreesOfFreedom: nu, covariance }) => scaledRows(covariance, studentScale(nu)),
});

/** The parameters of Student covariates. */
export interface StudentCovariatesInputs {
  readonly degreesOfFreedom: number;
  readonly covariance?: number | readonly number[] | readonly (readonly number[])[] | undefined;
  readonly dimension?: number;
}

/** t = (ν − 2)/χ²_ν */
function studentScale(nu: number): (stream: RandomStream) => number {
  const chiSquared = chiSquaredSampler(nu);
  return (stream) => (nu - 2) / chiSquared(stream);
}

/** Rows √t·Lz, t before z. */
function scaledRows(covariance: Covariance, drawScale: (stream: RandomStream) => number): DrawRows {
  const { dimension } = covariance;
  const drawNormals = correlatedNormals(covariance);
  return (stream, count, into, offset) => {
    for (let row = offset; row < offset + count * dimension; row += dimension) {
      const deviation = Math.sqrt(drawScale(stream));
      drawNormals(stream, 1, into, row);
      for (let at = row; at < row + dimension; at++) into[at] = deviation * into[at];
    }
  };
}
