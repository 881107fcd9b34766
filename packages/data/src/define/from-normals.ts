import type { RandomStream } from "@onestep/core";
import type { NormalMap } from "@onestep/kernels";

/**
 * Turns `count` · d draws of N(0, 1), in place from `offset` on, into `count` rows of one prompt, or task vectors. One
 * that `affineMap` of `@onestep/kernels` makes is carried out in WebAssembly.
 */
export type FromNormals = NormalMap;

/**
 * A way to draw vectors one after another that are made of d normals each. It carries what is done to the normals, so
 * that those of many prompts can be drawn together.
 */
export interface DrawFromNormals {
  (stream: RandomStream, count: number, into: Float64Array, offset: number): void;
  readonly fromNormals: FromNormals;
}

/** Draws d normals a vector, and then transforms them all. */
export function drawFromNormals(dimension: number, fromNormals: FromNormals): DrawFromNormals {
  return Object.assign(
    (stream: RandomStream, count: number, into: Float64Array, offset: number) => {
      stream.fillNormals(into, offset, count * dimension);
      fromNormals(into, offset, count);
    },
    { fromNormals },
  );
}
