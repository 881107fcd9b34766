import { drawUnitVector, isotropic } from "@onestep/core";
import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { radiusParameter } from "../define/radius-parameter.ts";
import { ellipticalFourthMoment } from "./elliptical-moment.ts";

/**
 * Rows uniform on the sphere of radius r, so that Σ = (r²/d) I and
 *
 * $$ \mathbb{E}[x x^\top \Omega x x^\top] = \frac{d}{d+2}\,\big(2\,\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\,\Sigma\big), $$
 *
 * the lightest tails of any law that rotations leave unchanged.
 *
 * @example
 * sphereCovariates({ dimension: 4 }).parameters; // => { radius: 2 }
 */
export const sphereCovariates: Factory<SphereCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "sphere",
  summary: "Rows uniform on a sphere: all of one length.",
  parameters: { radius: radiusParameter({ description: "r, the length of a row; Σ = r²/d · I", fallback: "√d" }) },
  examples: [{ radius: 0.5 }],
  covariance: ({ radius, dimension }) => isotropic(dimension, (radius * radius) / dimension),
  fourthMoment: ({ radius, dimension: d }) =>
    ellipticalFourthMoment(isotropic(d, (radius * radius) / d).matrix, d / (d + 2)),
  declares: { centered: true, invariance: "rotations" },
  draw:
    ({ radius, dimension }) =>
    (stream, count, into, offset) => {
      const end = offset + count * dimension;
      for (let row = offset; row < end; row += dimension) drawUnitVector(stream, into, row, dimension);
      for (let at = offset; at < end; at++) into[at] = radius * into[at];
    },
});

/** The parameters of covariates on a sphere. */
export interface SphereCovariatesInputs {
  readonly radius?: number | "√d" | undefined;
  readonly dimension?: number;
}
