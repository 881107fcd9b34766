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
 * Rows x = Az with independent z uniform on (−√3, √3), so that Σ = AAᵀ and
 *
 * $$ \kappa = \mathbb{E}\,z^4 = \tfrac95 $$
 *
 * @throws NumericalError if A is singular
 *
 * @example
 * uniformCovariates({ dimension: 1 }).fourthMoment?.(identity(1)).values[0]; // ≈ 1.8
 */
export const uniformCovariates: Factory<UniformCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "uniform",
  summary: "Independent uniform coordinates of variance 1, mixed.",
  parameters: { mixing: mixingParameter },
  ...independentCoordinates(() => uniform),
});

/** The parameters of uniform covariates. */
export type UniformCovariatesInputs = MixedCoordinatesInputs;

const END = Math.sqrt(3);

const uniform: Coordinate = {
  kurtosis: 9 / 5,
  symmetric: true,
  expectation: densityExpectation(() => 1 / (2 * END), -END, END),
  draw: (stream) => END * (2 * stream.uniform() - 1),
};
