import { defineNoise, type NoiseLaw } from "../define/define-noise.ts";
import type { Factory } from "../define/definition.ts";
import { nonNegative } from "../define/parameter.ts";

/**
 * Gaussian noise whose standard deviation s is drawn once a prompt, uniformly from [0, m]: E ε² = m²/3.
 *
 * Source: Vladymyrov, von Oswald, Sandler & Ge, arXiv 2402.14180, section 2, "Noisy regression model".
 *
 * @example
 * uniformScaleNoise({ max: 3 }).variance; // => 3
 */
export const uniformScaleNoise: Factory<{ readonly max: number }, NoiseLaw> = defineNoise({
  name: "uniform-scale",
  summary: "Gaussian noise whose standard deviation is drawn for each prompt, uniformly from 0 to max.",
  parameters: { max: nonNegative({ description: "m, the largest standard deviation" }) },
  examples: [{ max: 1.5 }],
  variance: ({ max }) => (max * max) / 3,
  declares: { signSymmetric: true },
  deviation:
    ({ max }) =>
    (stream) =>
      max * stream.uniform(),
});
