import { exp, log1p, studentSampler, type Matrix } from "@onestep/core";
import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { degreesOfFreedomParameter, noFourthMomentFor } from "../define/degrees-of-freedom-parameter.ts";
import { heavyTailExpectation } from "./density-expectation.ts";
import {
  independentCoordinates,
  MIXED_EXAMPLE,
  mixingParameter,
  type Coordinate,
  type MixedCoordinatesInputs,
} from "./independent-coordinates.ts";

/**
 * Rows x = Az with independent Student coordinates z, rescaled to variance 1, so that Σ = AAᵀ and
 *
 * $$ p(z) \propto \Big(1 + \frac{z^2}{\nu-2}\Big)^{-(\nu+1)/2}, \qquad \kappa = \mathbb{E}\,z^4 = \frac{3(\nu-2)}{\nu-4} $$
 *
 * @throws DomainError for ν ≤ 2, where no covariance exists; for ν ≤ 4 no fourth moment does
 * @throws NumericalError if A is singular
 *
 * @example
 * studentProductCovariates({ dimension: 1, degreesOfFreedom: 10 }).fourthMoment?.(identity(1)).values[0]; // => 4
 */
export const studentProductCovariates: Factory<StudentProductCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "student-product",
  summary: "Independent Student coordinates of variance 1, mixed: heavy tails in each coordinate by itself.",
  parameters: {
    degreesOfFreedom: degreesOfFreedomParameter({ description: "ν > 2; the smaller, the heavier the tails" }),
    mixing: mixingParameter,
  },
  ...independentCoordinates((values: { readonly degreesOfFreedom: number; readonly mixing: Matrix }) =>
    studentCoordinate(values.degreesOfFreedom),
  ),
  examples: [{ degreesOfFreedom: 12 }, { degreesOfFreedom: 3 }, { degreesOfFreedom: 9, ...MIXED_EXAMPLE }],
});

/** The parameters of covariates with independent Student coordinates. */
export interface StudentProductCovariatesInputs extends MixedCoordinatesInputs {
  readonly degreesOfFreedom: number;
}

function studentCoordinate(nu: number): Coordinate {
  const draw = studentSampler(nu);
  const deviation = Math.sqrt(nu / (nu - 2));
  return {
    kurtosis: nu > 4 ? (3 * (nu - 2)) / (nu - 4) : noFourthMomentFor(nu),
    symmetric: true,
    finiteMoments: nu,
    expectation: heavyTailExpectation((z) => exp((-(nu + 1) / 2) * log1p((z * z) / (nu - 2)))),
    draw: (stream) => draw(stream) / deviation,
  };
}
