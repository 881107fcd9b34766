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
 * Rows x = Az with independent exponential coordinates z, moved to mean 0: skewed, of variance 1, so that Σ = AAᵀ and
 *
 * $$ p(z) = e^{-1-z}, \quad z > -1, \qquad \kappa = \mathbb{E}\,z^4 = 9 $$
 *
 * @throws NumericalError if A is singular
 *
 * @example
 * exponentialCovariates({ dimension: 1 }).fourthMoment?.(identity(1)).values[0]; // => 9
 */
export const exponentialCovariates: Factory<ExponentialCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "exponential",
  summary: "Independent exponential coordinates of mean 0 and variance 1, mixed: skewed.",
  parameters: { mixing: mixingParameter },
  ...independentCoordinates(() => exponential),
});

/** The parameters of exponential covariates. */
export type ExponentialCovariatesInputs = MixedCoordinatesInputs;

/** Where the density is e^−121. */
const REACH = 120;

const exponential: Coordinate = {
  kurtosis: 9,
  symmetric: false,
  expectation: densityExpectation((z) => exp(-1 - z), -1, REACH),
  draw: (stream) => drawExponential(stream) - 1,
};
