import { categorySampler, dot } from "@onestep/core";
import { defineNoise, type NoiseLaw } from "../define/define-noise.ts";
import type { Factory } from "../define/definition.ts";
import { listOf, requireSameLength } from "../define/list-parameter.ts";
import { nonNegative } from "../define/parameter.ts";
import { weightsParameter } from "../define/weights-parameter.ts";

/**
 * Gaussian noise with one of several levels, drawn once a prompt: ε | k ~ N(0, v_k) for all responses of a prompt, with
 * probability π_k, and E ε² = Σ_k π_k v_k.
 *
 * Source: Vladymyrov, von Oswald, Sandler & Ge, arXiv 2402.14180, section 2, "Noisy regression model".
 *
 * @example
 * mixtureNoise({ weights: [0.75, 0.25], variances: [0, 2] }).variance; // => 0.5
 */
export const mixtureNoise: Factory<MixtureNoiseInputs, NoiseLaw> = defineNoise({
  name: "mixture",
  summary: "Gaussian noise with one of several variances, drawn for each prompt.",
  parameters: {
    weights: weightsParameter({ description: "π_k, the probability of a level" }),
    variances: listOf(nonNegative({ description: "v_k" }), { description: "v_k, the noise variance of a level" }),
  },
  examples: [{ weights: [0.3, 0.7], variances: [1.5, 0.1] }],
  check: ({ weights: probabilities, variances }, where) =>
    requireSameLength(where, { weights: probabilities, variances }),
  variance: ({ weights: probabilities, variances }) => dot(probabilities, variances),
  declares: { signSymmetric: true },
  deviation({ weights: probabilities, variances }) {
    const drawLevel = categorySampler(probabilities);
    const deviations = variances.map(Math.sqrt);
    return (stream) => deviations[drawLevel(stream)];
  },
});

/** The parameters of a mixture of noise levels. */
export interface MixtureNoiseInputs {
  readonly weights: readonly number[];
  readonly variances: readonly number[];
}
