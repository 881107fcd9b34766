import { identity } from "@onestep/core";
import { defineTask, type TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";

/**
 * Task vectors of independent fair signs, w ∈ {−1, 1}ᵈ: E wwᵀ = I.
 *
 * @example
 * toRows(rademacherTasks({ dimension: 2 }).secondMoment); // => [[1, 0], [0, 1]]
 */
export const rademacherTasks: Factory<{ readonly dimension?: number }, TaskLaw> = defineTask({
  name: "rademacher",
  summary: "Task vectors of independent fair signs.",
  parameters: {},
  secondMoment: ({ dimension }) => identity(dimension),
  declares: () => ({ invariance: "signed-permutations" }),
  draw:
    ({ dimension }) =>
    (stream, into) => {
      for (let i = 0; i < dimension; i++) into[i] = stream.sign();
    },
});
