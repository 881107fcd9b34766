import { defineNoise, type NoiseLaw } from "../define/define-noise.ts";
import type { Factory } from "../define/definition.ts";
import { nonNegative } from "../define/parameter.ts";

/** ε ~ N(0, σ²), independent on every response */
export const gaussianNoise: Factory<{ readonly variance: number }, NoiseLaw> = defineNoise({
  name: "gaussian",
  summary: "Independent N(0, σ²) noise on every response.",
  parameters: { variance: nonNegative({ description: "noise variance σ²" }) },
  examples: [{ variance: 0.25 }],
  variance: ({ variance }) => variance,
  declares: { signSymmetric: true },
  deviation: ({ variance }) => Math.sqrt(variance),
});
