import type { RandomKey } from "@onestep/core";

/** Prompts of a block: few enough that sums in float32 stay good, and that workers get equal shares. */
export const BLOCK = 96;

/** Antithetic prompts come in groups of this size: two independent parts of the draws, each with either sign. */
export const ANTITHETIC = 4;

/** How prompts are drawn, and how much of the mean over them is taken in closed form. */
export type OneLayerMethod = "rows" | "two-column" | "rao-blackwell";

/** One layer, as its caller holds it. */
export interface OneLayerParameters {
  /** M, `[d+1, d+1]` row-major; its last column meets the query's hidden response and counts for nothing */
  readonly keyQuery: Float64Array;
  /** u, `[d+1]` */
  readonly valueProjection: Float64Array;
}

/** Prompts that kernels draw where they evaluate them: `first`, …, `first` + `count` − 1 of a key. */
export interface DrawnPrompts {
  readonly key: RandomKey;
  readonly first: number;
  readonly count: number;
}

/**
 * Something that sums loss and half gradient over the prompts of a block: a kernel, or its twin.
 *
 * The sums of one block are an array `[(d+1)·d + (d+1) + 1]`: ½∂/∂M without its last column, ½∂/∂u, and the loss.
 */
export interface BlockSummer {
  readonly name: string;
  /** Takes the parameters for the blocks to come. */
  begin(parameters: OneLayerParameters): void;
  /** Overwrites `sums`. */
  sumBlock(prompts: DrawnPrompts, sums: Float64Array): void;
}

/** How long the sums of a block are. */
export function sumsLength(dimension: number): number {
  return (dimension + 1) * (dimension + 1) + 1;
}
