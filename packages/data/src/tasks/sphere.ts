import { drawUnitVector, isotropic } from "@onestep/core";
import { defineTask, type TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";
import { radiusParameter } from "../define/radius-parameter.ts";

/**
 * Task vectors uniform on the sphere of radius r, so that E wwᵀ = (r²/d) I.
 *
 * @example
 * toRows(sphereTasks({ dimension: 2 }).secondMoment); // ≈ [[1, 0], [0, 1]]
 */
export const sphereTasks: Factory<SphereTasksInputs, TaskLaw> = defineTask({
  name: "sphere",
  summary: "Task vectors uniform on a sphere: all of one length.",
  parameters: { radius: radiusParameter({ description: "r, the length of w; E wwᵀ = r²/d · I", fallback: "√d" }) },
  secondMoment: ({ radius, dimension }) => isotropic(dimension, (radius * radius) / dimension).matrix,
  declares: () => ({ invariance: "rotations" }),
  draw:
    ({ radius, dimension }) =>
    (stream, into) => {
      drawUnitVector(stream, into, 0, dimension);
      for (let i = 0; i < dimension; i++) into[i] = radius * into[i];
    },
});

/** The parameters of task vectors on a sphere. */
export interface SphereTasksInputs {
  readonly radius?: number | "√d" | undefined;
  readonly dimension?: number;
}
