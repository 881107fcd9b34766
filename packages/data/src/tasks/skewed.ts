import { DomainError, gammaSampler, isotropic, type RandomStream } from "@onestep/core";
import { defineTask, type TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";
import { positive, real } from "../define/parameter.ts";

/**
 * Task vectors with independent skewed coordinates of mean 0, variance v and skewness γ: a shifted gamma variable,
 *
 * $$ w_i = \pm\sqrt{v}\;\frac{G - k}{\sqrt{k}}, \qquad G \sim \mathrm{Gamma}(k), \quad k = \frac{4}{\gamma^2}, $$
 *
 * with the sign of γ; Gaussian for γ = 0. The mean is 0, and still −w has another law than w: the even part of
 * attention, which reads E[w_i³], is then of use.
 *
 * @example
 * skewedTasks({ dimension: 3, skewness: -1 }).declares.invariance; // => "none"
 */
export const skewedTasks: Factory<SkewedTasksInputs, TaskLaw> = defineTask({
  name: "skewed",
  summary: "Task vectors of mean zero whose coordinates lean to one side: shifted gamma variables.",
  parameters: {
    skewness: real({ description: "γ = E wᵢ³/v^(3/2), of each coordinate" }),
    variance: positive({ description: "v, of each coordinate", fallback: 1 }),
  },
  examples: [{ skewness: 1.5 }, { skewness: -0.5, variance: 2 }, { skewness: 0 }],
  check({ skewness }, where) {
    if (Math.abs(skewness) <= MOST_SKEWNESS) return;
    throw new DomainError({
      where: `${where}.skewness`,
      expected: "a skewness of at most 2²⁶ in size",
      arrived: String(skewness),
      hint: "beyond, all coordinates that are ever drawn are 0: give a skewness of moderate size",
    });
  },
  secondMoment: ({ variance, dimension }) => isotropic(dimension, variance).matrix,
  declares: ({ skewness }) => ({ invariance: skewness === 0 ? "rotations" : "none" }),
  draw({ skewness, variance, dimension }) {
    const deviation = Math.sqrt(variance);
    const drawCoordinate = standardSkewed(skewness);
    return (stream, into) => {
      for (let i = 0; i < dimension; i++) into[i] = deviation * drawCoordinate(stream);
    };
  },
});

/** The parameters of skewed task vectors. */
export interface SkewedTasksInputs {
  readonly skewness: number;
  readonly variance?: number | undefined;
  readonly dimension?: number;
}

/** Below, the gamma law is closer to a Gaussian than the rounding of G − k leaves its draws. */
const LEAST_SKEWNESS = 2 ** -26;

/** Above, G is less often distinct from 0 than a uniform number has bits to tell. */
const MOST_SKEWNESS = 2 ** 26;

function standardSkewed(skewness: number): (stream: RandomStream) => number {
  if (Math.abs(skewness) < LEAST_SKEWNESS) return (stream) => stream.normal();
  const shape = 4 / (skewness * skewness);
  const signedRoot = Math.sign(skewness) * Math.sqrt(shape);
  const drawGamma = gammaSampler(shape);
  return (stream) => (drawGamma(stream) - shape) / signedRoot;
}
