import { scale, zeros, drawInteger, type Matrix, type RandomStream } from "@onestep/core";
import {
  makeFactory,
  type DimensionalInputs,
  type DimensionalValues,
  type Factory,
  type RecordedLaw,
} from "./definition.ts";
import type { FromNormals } from "./from-normals.ts";
import type { JsonObject } from "./json.ts";
import type { Invariance } from "./law-kind.ts";
import type { Parameters } from "./parameter.ts";

/** Draws one task vector into the first d entries. */
export interface DrawTaskVector {
  (stream: RandomStream, into: Float64Array): void;
  /** For a vector that is made of d normals: what is done to them; see `drawFromNormals`. */
  readonly fromNormals?: FromNormals | undefined;
}

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
  /** Every task vector there is, each as likely as the others, `[d]` each; absent where there are infinitely many. */
  readonly pool?: readonly Float64Array[] | undefined;
  readonly draw: DrawTaskVector;
}

/** What a law of task vectors must say: how one is drawn, or all that there are. */
export type TaskDefinition<P extends Parameters> = TaskRecipe<P> & (DrawnTasks<P> | PooledTasks<P>);

interface TaskRecipe<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  /** As a law file writes them; a law that needs no parameters is also checked without any. */
  readonly examples?: readonly JsonObject[];
  /** Refuses values that fit their parameters and not one another; `where` is the path of the law. */
  check?(values: DimensionalValues<P>, where: string): void;
  declares(values: DimensionalValues<P>): TaskLaw["declares"];
}

interface DrawnTasks<P extends Parameters> {
  secondMoment(values: DimensionalValues<P>): Matrix;
  draw(values: DimensionalValues<P>): DrawTaskVector;
}

interface PooledTasks<P extends Parameters> {
  /** Every task vector, each as likely as the others: the second moment and the draws follow. */
  pool(values: DimensionalValues<P>): readonly Float64Array[];
}

/** Makes a law of task vectors out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineTask<P extends Parameters>(
  definition: TaskDefinition<P>,
): Factory<DimensionalInputs<P>, TaskLaw> {
  return makeFactory({ ...definition, kind: "tasks" }, ({ values, recorded, site }) => {
    const all = { ...values, dimension: site.dimension };
    definition.check?.(all, site.where);
    return {
      kind: "tasks",
      name: definition.name,
      parameters: recorded,
      dimension: site.dimension,
      declares: definition.declares(all),
      ...("pool" in definition
        ? uniformOn(definition.pool(all), site.dimension)
        : { secondMoment: definition.secondMoment(all), draw: definition.draw(all) }),
    };
  });
}

/** Picks one of the pool's task vectors. */
function uniformOn(pool: readonly Float64Array[], dimension: number): Pick<TaskLaw, "pool" | "secondMoment" | "draw"> {
  return {
    pool,
    secondMoment: meanSquare(pool, dimension),
    draw: (stream, into) => into.set(pool[drawInteger(stream, pool.length)]),
  };
}

/** The mean of w wᵀ, symmetric to the last bit. */
function meanSquare(pool: readonly Float64Array[], dimension: number): Matrix {
  const sum = zeros(dimension, dimension);
  for (const w of pool) {
    for (let at = 0; at < sum.values.length; at++) {
      sum.values[at] += w[Math.floor(at / dimension)] * w[at % dimension];
    }
  }
  return scale(sum, 1 / pool.length);
}
