import type { ContextStatistics } from "@onestep/core";
import type { DrawnPrompts } from "../one-layer/block-sums.ts";
import type { DeepWeights } from "./sums.ts";

/** Statistics of prompts, and what G of each is multiplied by: 1/n or 1. */
export interface StatisticsRange {
  readonly statistics: ContextStatistics;
  readonly first: number;
  readonly count: number;
  readonly scaleOf: (prompt: number) => number;
}

/**
 * Sums loss and gradient over the prompts of a block as `planSums` lays them out: a kernel, or its twin. The sums are the
 * summer's own, and overwritten by the next.
 */
export interface DeepSummer {
  readonly name: string;
  /** Takes the weights for the blocks to come. */
  begin(weights: DeepWeights): void;
  sumDrawn(prompts: DrawnPrompts): Float64Array;
  sumStatistics(prompts: StatisticsRange): Float64Array;
}

/**
 * Prompts of a block, whose sums are in one float32 number a lane, and which one worker takes: few where prompts are
 * large, so that a minibatch still is several blocks.
 */
export function blockOf(width: number): number {
  return width <= 32 ? 96 : 48;
}
