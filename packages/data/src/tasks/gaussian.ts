import { add, outer, type Covariance, type RandomStream } from "@onestep/core";
import { affineMap } from "@onestep/kernels";
import { defineTask, type TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";
import type { Invariance } from "../define/law-kind.ts";
import { covarianceParameter, vectorParameter } from "../define/matrix-parameters.ts";

/**
 * Task vectors w ~ N(μ, Ω), with second moment Ω + μμᵀ. Ω may be singular, zero included.
 *
 * @example
 * toRows(gaussianTasks({ covariance: [1, 0], mean: [0, 2] }).secondMoment); // => [[1, 0], [0, 4]]
 */
export const gaussianTasks: Factory<GaussianTasksInputs, TaskLaw> = defineTask({
  name: "gaussian",
  summary: "Gaussian task vectors of any covariance and mean.",
  parameters: {
    covariance: covarianceParameter({
      description: "Ω about the mean: a number times I, a diagonal or a matrix",
      fallback: 1,
    }),
    mean: vectorParameter({ description: "μ: a number for every coordinate, or a list", fallback: 0 }),
  },
  examples: [{ covariance: 2 }, { covariance: [2, 1, 0.5], mean: [0.5, 0, -1] }],
  secondMoment: ({ covariance, mean }) => add(covariance.matrix, outer(mean, mean)),
  declares: ({ covariance, mean }) => ({ invariance: invarianceOf(covariance, mean) }),
  draw({ covariance, mean, dimension }) {
    const fromNormals = affineMap(covariance.factor, mean);
    const draw = (stream: RandomStream, into: Float64Array): void => {
      stream.fillNormals(into, 0, dimension);
      fromNormals(into, 0, 1);
    };
    return Object.assign(draw, { fromNormals });
  },
});

/** The parameters of Gaussian task vectors. */
export interface GaussianTasksInputs {
  readonly covariance?: number | readonly number[] | readonly (readonly number[])[] | undefined;
  readonly mean?: number | readonly number[] | undefined;
  readonly dimension?: number;
}

function invarianceOf({ dimension, matrix }: Covariance, mean: Float64Array): Invariance {
  if (mean.some((entry) => entry !== 0)) return "none";
  const isDiagonal = matrix.values.every((value, at) => at % (dimension + 1) === 0 || value === 0);
  if (!isDiagonal) return "signs";
  const isIsotropic = matrix.values.every((value, at) => at % (dimension + 1) !== 0 || value === matrix.values[0]);
  return isIsotropic ? "rotations" : "coordinate-signs";
}
