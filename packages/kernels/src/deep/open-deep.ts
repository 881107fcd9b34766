import type { DrawnPrompts } from "../one-layer/block-sums.ts";
import { responseScaleOf } from "../one-layer/float32-range.ts";
import { checkLaw, type LinearGaussianLaw } from "../one-layer/law.ts";
import { checkPrompts } from "./check-deep.ts";
import { openEvaluation, type DeepOptions } from "./deep-evaluation.ts";
import type { DeepGradient, DeepWeights } from "./sums.ts";

/** Loss and gradient of a linear transformer, over prompts that are drawn on the way. */
export interface Deep {
  /** Which path runs: `"wasm-f32 vectors"`, `"wasm-f64 matrices 2 of 5"`, `"twin matrices"`. */
  readonly name: string;
  /** How many blocks float32 could not hold, so that float64 summed them again. */
  readonly escalations: number;
  /**
   * The mean loss over consecutive prompts of a key.
   *
   * @param gradient overwritten with the loss's gradient
   * @throws NumericalError if they are not finite
   */
  lossAndGradient(weights: DeepWeights, prompts: DrawnPrompts, gradient: DeepGradient): number;
  /** How many blocks a batch of so many prompts has. */
  blockCount(count: number): number;
  /** How many numbers the sums of a block are. */
  readonly sumsLength: number;
  /** Writes the sums of blocks from ≤ b < to, one after another: one worker's share of `lossAndGradient`. */
  writeBlockSums(
    weights: DeepWeights,
    prompts: DrawnPrompts,
    blocks: { readonly from: number; readonly to: number },
    sums: Float64Array,
  ): void;
  /** The same bytes as `lossAndGradient`, from the sums of all blocks of a batch, whoever has written them. */
  reduceBlockSums(weights: DeepWeights, sums: Float64Array, count: number, gradient: DeepGradient): number;
}

/**
 * Opens loss and gradient of a linear transformer of L layers with one head and full P and Q, over prompts of a linear
 * Gaussian law:
 *
 * $$ Z_{l+1} = Z_l + \tfrac1n P_l Z_l\, \mathrm{mask}\, Z_l^\top Q_l Z_l, \qquad \hat y = -[Z_L]_{d+1,\,n+1}, \qquad
 *    L = \tfrac1B \sum (\hat y - y_q)^2. $$
 *
 * Attention sees of a context only G, and G = T W Tᵀ with W Wishart of n degrees of freedom, T = [[I, 0], [wᵀ, σ]], is
 * drawn by Bartlett's factor: no cost depends on n. Of the last P only the last row is read; the rest of its gradient is 0.
 *
 * Prompt i has its own stream, at `key/prompt:i`, so that a batch may be cut anywhere.
 *
 * @throws DomainError or ShapeError for a law that is none, or no layers
 *
 * Source: the model is that of Ahn et al., arXiv 2306.00297, Section 2; Bartlett's decomposition, e.g. Muirhead, Aspects
 * of Multivariate Statistical Theory, theorem 3.2.14.
 *
 * @example
 * const deep = openDeep({ dimension: 1, contextLength: 3, noiseDeviation: 0 }, 2);
 * const zero = { valueProjections: [0, 1].map(() => new Float64Array(4)), keyQueries: [0, 1].map(() => new Float64Array(4)) };
 * const gradient = structuredClone(zero);
 * deep.lossAndGradient(zero, { key: randomKey(0), first: 0, count: 8 }, gradient) > 0; // => true
 * gradient.keyQueries[1]; // => new Float64Array(4)
 */
export function openDeep(law: LinearGaussianLaw, layers: number, options: DeepOptions = {}): Deep {
  const where = "openDeep";
  const scales = [responseScaleOf(law, checkLaw(where, law))];
  const { name, block, sumsLength, escalations, begin, sum, finish } = openEvaluation(
    where,
    { dimension: law.dimension, layers },
    options,
    law,
  );
  const beginBatch = (weights: DeepWeights, prompts: DrawnPrompts): void => {
    checkPrompts(`${where}.lossAndGradient`, prompts);
    begin(weights, scales);
  };
  const sumsOf = ({ key, first, count }: DrawnPrompts, at: number): Float64Array => {
    const range = { key, first: first + at * block, count: Math.min(block, count - at * block) };
    return sum((summer) => summer.sumDrawn(range));
  };
  const blockCount = (count: number): number => Math.ceil(count / block);

  return {
    name,
    get escalations() {
      return escalations();
    },
    sumsLength,
    blockCount,
    lossAndGradient: (weights, prompts, gradient) => {
      beginBatch(weights, prompts);
      return finish(blockCount(prompts.count), (at) => sumsOf(prompts, at), prompts.count, gradient);
    },
    writeBlockSums: (weights, prompts, { from, to }, sums) => {
      beginBatch(weights, prompts);
      for (let at = from; at < to; at++) sums.set(sumsOf(prompts, at), (at - from) * sumsLength);
    },
    reduceBlockSums: (weights, sums, count, gradient) => {
      begin(weights, scales);
      const share = (at: number): Float64Array => sums.subarray(at * sumsLength, (at + 1) * sumsLength);
      return finish(blockCount(count), share, count, gradient);
    },
  };
}
