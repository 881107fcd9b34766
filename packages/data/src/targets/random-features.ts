import { cos } from "@onestep/core";
import { defineTarget, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import { positive, positiveInteger } from "../define/parameter.ts";
import { requireRoom } from "../define/room.ts";
import { targetOfIndices } from "../define/target-indices.ts";
import { rbfKernelMoments } from "../moments/rbf-kernel-moments.ts";
import { wavesAtQuery } from "../moments/target-at-query.ts";

/**
 * Sums of m random waves, all of them new in each prompt,
 *
 * $$ f(x) = \alpha\sqrt{\tfrac2m} \sum_{j=1}^m a_j \cos(\langle\omega_j, x\rangle + \varphi_j), \qquad
 *    a_j \sim N(0, 1), \quad \omega_j \sim N(0, I/\ell^2), \quad \varphi_j \sim U[0, 2\pi). $$
 *
 * Whatever m, E f(x)f(x') is the RBF kernel of `gaussianProcessTarget`, and with it every moment that a step's loss
 * depends on.
 *
 * Source: Rahimi & Recht, "Random features for large-scale kernel machines", NIPS 2007, section 3.
 *
 * @example
 * randomFeaturesTarget({ dimension: 2, count: 10 }).parameters; // => { count: 10, lengthScale: 1, amplitude: 1 }
 */
export const randomFeaturesTarget: Factory<RandomFeaturesTargetInputs, TargetLaw> = defineTarget({
  name: "random-features",
  summary: "Sums of random waves, with the RBF kernel of a Gaussian process at any number of them.",
  parameters: {
    count: positiveInteger({ description: "m, the number of waves" }),
    lengthScale: positive({ description: "ℓ, the distance over which f varies", fallback: 1 }),
    amplitude: positive({ description: "α, the standard deviation of f(x)", fallback: 1 }),
  },
  examples: [{ count: 1 }, { count: 8, lengthScale: 1.5, amplitude: 0.7 }],
  check: ({ count, dimension }, where) =>
    requireRoom(`${where}.count`, {
      what: `${count} waves in ${dimension} dimensions`,
      numbers: count * (dimension + 3),
      hint: "choose fewer waves; a Gaussian process has the same moments",
    }),
  declares: () => ({ signSymmetric: true, invariance: "rotations" }),
  growth: 0,
  over: ({ count, lengthScale, amplitude, dimension }) => ({
    draw(stream) {
      const frequencies = new Float64Array(count * dimension);
      stream.fillNormals(frequencies, 0, frequencies.length);
      for (let at = 0; at < frequencies.length; at++) frequencies[at] = frequencies[at] / lengthScale;
      const weights = new Float64Array(count);
      stream.fillNormals(weights, 0, count);
      const phases = Float64Array.from({ length: count }, () => 2 * Math.PI * stream.uniform());
      const unit = amplitude * Math.sqrt(2 / count);
      const target = targetOfIndices({
        count,
        directions: frequencies,
        linear: false,
        readout(projections, offset) {
          let sum = 0;
          for (let j = 0; j < count; j++) sum += weights[j] * cos(projections[offset + j] + phases[j]);
          return unit * sum;
        },
      });
      const waves = { amplitudes: weights.map((weight) => unit * weight), frequencies, phases };
      return { ...target, queryMoments: (covariates) => wavesAtQuery(waves, covariates) };
    },
    moments: (context, query) => rbfKernelMoments({ lengthScale, amplitude }, context, query),
  }),
});

/** The parameters of targets made of random waves. */
export interface RandomFeaturesTargetInputs {
  readonly count: number;
  readonly lengthScale?: number | undefined;
  readonly amplitude?: number | undefined;
  readonly dimension?: number;
}
