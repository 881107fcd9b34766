import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import {
  independentCoordinates,
  mixingParameter,
  type Coordinate,
  type MixedCoordinatesInputs,
} from "./independent-coordinates.ts";

/**
 * Rows x = Az with independent fair signs z ∈ {−1, 1}ᵈ, so that Σ = AAᵀ and κ = E z⁴ = 1, the least there is.
 *
 * $$ \mathbb{P}(z = 1) = \mathbb{P}(z = -1) = \tfrac12 $$
 *
 * @throws NumericalError if A is singular
 *
 * @example
 * rademacherCovariates({ dimension: 2 }).fourthMoment?.(identity(2)).values; // => Float64Array.of(2, 0, 0, 2)
 */
export const rademacherCovariates: Factory<RademacherCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "rademacher",
  summary: "Independent fair signs, mixed: the lightest tails that coordinates can have.",
  parameters: { mixing: mixingParameter },
  ...independentCoordinates(() => fairSign),
});

/** The parameters of Rademacher covariates. */
export type RademacherCovariatesInputs = MixedCoordinatesInputs;

const fairSign: Coordinate = {
  kurtosis: 1,
  symmetric: true,
  expectation: (h) => (h(1) + h(-1)) / 2,
  draw: (stream) => stream.sign(),
};
