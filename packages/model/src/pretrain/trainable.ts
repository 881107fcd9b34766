import type { PromptBatch } from "@onestep/core";

/**
 * A model that can be pre-trained: parameters P as a vector of numbers, and a loss on a minibatch B that can be
 * differentiated by them. `pretrain` asks nothing else of a model.
 */
export interface Trainable<P, B = PromptBatch> {
  /** Which of several ways to the same loss runs, where there are several: `"wasm-f64 two-column"`. */
  readonly path?: string;
  /** How many numbers a position has. */
  readonly size: number;
  /** The position of given parameters: the inverse of `unpack`. */
  readonly pack: (parameters: P) => Float64Array;
  readonly unpack: (position: Float64Array) => P;
  /** The batch loss at a position, and the slopes that the optimizer follows; an overflow is returned, not thrown. */
  readonly lossAndGradient: (
    position: Float64Array,
    batch: B,
  ) => Promise<{ readonly loss: number; readonly gradient: Float64Array }>;
}
