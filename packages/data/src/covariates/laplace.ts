import { drawExponential, exp } from "@onestep/core";
import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { densityExpectation } from "./density-expectation.ts";
import {
  independentCoordinates,
  mixingParameter,
  type Coordinate,
  type MixedCoordinatesInputs,
} from "./independent-coordinates.ts";

/**
 * Rows x = Az with independent Laplace coordinates z of variance 1, so that Σ = AAᵀ and
 *
 * $$ p(z) = \tfrac{1}{\sqrt2}\, e^{-\sqrt2\,|z|}, \qquad \kappa = \mathbb{E}\,z^4 = 6 $$
 *
 * @throws NumericalError if A is singular
 *
 * @example
 * laplaceCovariates({ dimension: 1 }).fourthMoment?.(identity(1)).values[0]; // => 6
 */
export const laplaceCovariates: Factory<LaplaceCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "laplace",
  summary: "Independent Laplace coordinates, mixed: heavier tails than the Gaussian of the same covariance.",
  parameters: { mixing: mixingParameter },
  ...independentCoordinates(() => laplace),
});

/** The parameters of Laplace covariates. */
export type LaplaceCovariatesInputs = MixedCoordinatesInputs;

/** At 80 standard deviations the density is e^−113. */
const REACH = 80;

const laplace: Coordinate = {
  kurtosis: 6,
  symmetric: true,
  expectation: densityExpectation((z) => Math.SQRT1_2 * exp(-Math.SQRT2 * Math.abs(z)), -REACH, REACH),
  draw: (stream) => stream.sign() * Math.SQRT1_2 * drawExponential(stream),
};
