import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { drawFromNormals } from "../define/from-normals.ts";
import { covarianceParameter } from "../define/matrix-parameters.ts";
import { between } from "../define/parameter.ts";
import { meanSquaredCorrelations } from "./chain-correlations.ts";
import { correlation } from "./correlated-normals.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";

/**
 * Gaussian rows that remember: a stationary chain x₁ ~ N(0, Σ), x_{i+1} = ρxᵢ + √(1 − ρ²) ξ with ξ ~ N(0, Σ), and a
 * query of its own. Two rows are Gaussian together, with
 *
 * $$ \mathrm{Cov}(x_i, x_j) = R_{ij}\,\Sigma, \qquad R_{ij} = \rho^{|i-j|} $$
 *
 * @throws DomainError unless |ρ| < 1
 *
 * Source: Hamilton, Time Series Analysis, 1994, section 3.4.
 *
 * @example
 * gaussianAr1Covariates({ dimension: 2, correlation: 0.5 }).rowCorrelation?.(3); // => 1.125
 */
export const gaussianAr1Covariates: Factory<GaussianAr1CovariatesInputs, CovariateLaw> = defineCovariates({
  name: "gaussian-ar1",
  summary: "Gaussian rows in a stationary chain, each correlated with the one before; the query is independent.",
  parameters: {
    correlation: between(-1, 1, { description: "ρ, of a row with the next" }),
    covariance: covarianceParameter({ description: "Σ: a number times I, a diagonal or a matrix", fallback: 1 }),
  },
  examples: [{ correlation: 0.7 }, { correlation: -0.4, covariance: [2, 0.5, 1] }],
  covariance: ({ covariance }) => covariance,
  fourthMoment: ({ covariance }) => ellipticalFourthMoment(covariance.matrix),
  declares: ({ correlation }) => ({ centered: true, invariance: "rotations", gaussian: correlation === 0 }),
  traits: ({ correlation: rho }) =>
    rho === 0
      ? { drawScale: () => 1 }
      : {
          rowCorrelation: (n) => meanSquaredCorrelations(rho * rho, { from: n, to: n }),
          meanRowCorrelation: (lengths) => meanSquaredCorrelations(rho * rho, lengths),
        },
  draw({ correlation: rho, covariance, dimension }) {
    const correlate = correlation(covariance);
    const innovation = Math.sqrt((1 - rho) * (1 + rho));
    return drawFromNormals(dimension, (into, offset, count) => {
      correlate(into, offset, count);
      for (let at = offset + dimension; at < offset + count * dimension; at++) {
        into[at] = rho * into[at - dimension] + innovation * into[at];
      }
    });
  },
});

/** The parameters of Gaussian covariates in a chain. */
export interface GaussianAr1CovariatesInputs {
  readonly correlation: number;
  readonly covariance?: number | readonly number[] | readonly (readonly number[])[] | undefined;
  readonly dimension?: number;
}
