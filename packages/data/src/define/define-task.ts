import type { Matrix, RandomStream } from "@onestep/core";
import {
  makeFactory,
  type DimensionalInputs,
  type DimensionalValues,
  type Factory,
  type RecordedLaw,
} from "./definition.ts";
import type { Invariance } from "./law-kind.ts";
import type { Parameters } from "./parameter.ts";

/** Draws one task vector into the first d entries. */
export type DrawTaskVector = (stream: RandomStream, into: Float64Array) => void;

/** The law of the task vector w of a linear target. */
export interface TaskLaw extends RecordedLaw {
  readonly kind: "tasks";
  /** d */
  readonly dimension: number;
  /** E[w wᵀ], the mean included, `[d, d]` */
  readonly secondMoment: Matrix;
  readonly declares: {
    /** The group that leaves the law of w unchanged. */
    readonly invariance: Invariance;
  };
  readonly draw: DrawTaskVector;
}

/** What a law of task vectors must say. */
export interface TaskDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  secondMoment(values: DimensionalValues<P>): Matrix;
  declares(values: DimensionalValues<P>): TaskLaw["declares"];
  draw(values: DimensionalValues<P>): DrawTaskVector;
}

/** Makes a law of task vectors out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineTask<P extends Parameters>(
  definition: TaskDefinition<P>,
): Factory<DimensionalInputs<P>, TaskLaw> {
  return makeFactory({ ...definition, kind: "tasks" }, ({ values, recorded, site }) => {
    const all = { ...values, dimension: site.dimension };
    return {
      kind: "tasks",
      name: definition.name,
      parameters: recorded,
      dimension: site.dimension,
      secondMoment: definition.secondMoment(all),
      declares: definition.declares(all),
      draw: definition.draw(all),
    };
  });
}
