import { add, identity, scale, trace } from "@onestep/core";
import { defineNoise, type NoiseLaw } from "../define/define-noise.ts";
import type { Factory } from "../define/definition.ts";
import { nonNegative } from "../define/parameter.ts";
import { requireFourthMoment } from "../moments/fourth-moment.ts";

/**
 * Gaussian noise that grows with the covariate, ε | x ~ N(0, v(1 + κ‖x‖²/d)), so that
 *
 * $$ \mathbb{E}\,\varepsilon^2 = v\Big(1 + \frac{\kappa}{d}\,\mathrm{tr}\,\Sigma\Big), \qquad
 *    \mathbb{E}[\varepsilon^2 x x^\top] = v\Big(\Sigma + \frac{\kappa}{d}\, \mathbb{E}[\lVert x\rVert^2 x x^\top]\Big) $$
 *
 * @example
 * const noise = heteroscedasticNoise({ variance: 0.5, slope: 1 });
 * noise.moments(gaussianCovariates({ dimension: 4 })).variance; // => 1
 */
export const heteroscedasticNoise: Factory<HeteroscedasticNoiseInputs, NoiseLaw> = defineNoise({
  name: "heteroscedastic",
  summary: "Gaussian noise whose variance grows with the length of the covariate: v · (1 + slope · ‖x‖²/d).",
  parameters: {
    variance: nonNegative({ description: "noise variance v at x = 0" }),
    slope: nonNegative({ description: "κ, growth with ‖x‖²/d" }),
  },
  examples: [{ variance: 0.25, slope: 2 }],
  variance: ({ variance }) => variance,
  declares: { signSymmetric: true, invariance: "rotations" },
  growth: ({ slope }) => (slope === 0 ? 0 : 1),
  moments:
    ({ variance, slope }) =>
    (covariates) => {
      const { dimension, covariance } = covariates;
      const growth = slope / dimension;
      const fourthMoment = requireFourthMoment(covariates);
      return {
        variance: variance * (1 + growth * trace(covariance.matrix)),
        energy: scale(add(covariance.matrix, scale(fourthMoment(identity(dimension)), growth)), variance),
      };
    },
  draw:
    ({ variance, slope }) =>
    (_, dimension) =>
    (stream, covariates, offset) => {
      let square = 0;
      for (let at = offset; at < offset + dimension; at++) square += covariates[at] * covariates[at];
      return Math.sqrt(variance * (1 + (slope * square) / dimension)) * stream.normal();
    },
});

/** The parameters of heteroscedastic noise. */
export interface HeteroscedasticNoiseInputs {
  readonly variance: number;
  readonly slope: number;
}
