import { studentSampler } from "@onestep/core";
import { defineNoise, type NoiseLaw } from "../define/define-noise.ts";
import type { Factory } from "../define/definition.ts";
import { degreesOfFreedomParameter } from "../define/degrees-of-freedom-parameter.ts";
import { nonNegative } from "../define/parameter.ts";

/**
 * Independent heavy-tailed noise of variance σ²: Student's t with ν degrees of freedom, rescaled,
 *
 * $$ \varepsilon = \sigma \sqrt{\tfrac{\nu-2}{\nu}}\; t_\nu $$
 *
 * @throws DomainError for ν ≤ 2, where t has no variance
 *
 * @example
 * studentNoise({ degreesOfFreedom: 3, variance: 0.25 }).finiteMoments; // => 3
 */
export const studentNoise: Factory<StudentNoiseInputs, NoiseLaw> = defineNoise({
  name: "student",
  summary: "Independent Student noise of a given variance: rare large errors.",
  parameters: {
    degreesOfFreedom: degreesOfFreedomParameter({ description: "ν > 2; the smaller, the heavier the tails" }),
    variance: nonNegative({ description: "noise variance σ²" }),
  },
  examples: [
    { degreesOfFreedom: 3, variance: 0.5 },
    { degreesOfFreedom: 6, variance: 0.25 },
  ],
  variance: ({ variance }) => variance,
  declares: { signSymmetric: true },
  finiteMoments: ({ degreesOfFreedom: nu }) => nu,
  draw({ degreesOfFreedom: nu, variance }) {
    const drawStudent = studentSampler(nu);
    const unit = Math.sqrt((variance * (nu - 2)) / nu);
    return () => (stream) => unit * drawStudent(stream);
  },
});

/** The parameters of Student noise. */
export interface StudentNoiseInputs {
  readonly degreesOfFreedom: number;
  readonly variance: number;
}
