import { defineNoise, type NoiseLaw } from "../define/define-noise.ts";
import type { Factory } from "../define/definition.ts";

/** ε = 0 */
export const noNoise: Factory<object, NoiseLaw> = defineNoise({
  name: "none",
  summary: "No noise: the response is the target's value.",
  parameters: {},
  variance: () => 0,
  declares: { signSymmetric: true },
  deviation: () => 0,
});
