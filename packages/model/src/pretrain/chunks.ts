import { ShapeError } from "@onestep/core";
import type { Slope } from "../optimizers/objective.ts";
import { requireCount } from "./plan-checks.ts";
import type { Trainable } from "./trainable.ts";

/** A part of a minibatch: prompts themselves, or where a worker draws them. */
export interface Chunk {
  /** How many prompts it has. */
  readonly count: number;
}

/**
 * Evaluates a model on the chunks of a minibatch, all at one position, and returns the results in the order of the
 * chunks: one after the other with `inTurn`, or on as many threads as there are, finished in any order.
 */
export type ChunkEvaluator<C extends Chunk> = (
  position: Float64Array,
  chunks: readonly C[],
) => Promise<readonly Slope[]>;

/**
 * Where the chunks of a minibatch begin, for `samplePrompts(law, { key, ...range })`. They depend on the sizes alone,
 * never on the number of workers.
 *
 * @param count prompts in the minibatch
 * @param size prompts in a chunk; the last one takes what is left
 * @throws DomainError unless both are whole numbers, at least 1
 *
 * @example
 * chunkRanges({ count: 100, size: 64 }); // => [{ from: 0, count: 64 }, { from: 64, count: 36 }]
 */
export function chunkRanges(sizes: {
  readonly count: number;
  readonly size: number;
}): readonly { readonly from: number; readonly count: number }[] {
  const [count, size] = [requireCount("chunks.count", sizes.count), requireCount("chunks.size", sizes.size)];
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => ({
    from: k * size,
    count: Math.min(size, count - k * size),
  }));
}

/**
 * A model whose minibatches are lists of chunks, so that several workers can share one:
 *
 * $$ \nabla L = \sum_k \tfrac{B_k}{B} \nabla L_k, $$
 *
 * summed along a fixed binary tree over the chunks. Who evaluates a chunk, and which is done first, changes no bit of a
 * run: it may be resumed on another number of workers.
 *
 * @param model one that is trained on single chunks; an evaluator that goes elsewhere needs its coordinates alone
 * @param evaluate default `inTurn(model)`
 * @throws DomainError, on use, for a minibatch without chunks, or a chunk without prompts; ShapeError for an evaluator that does not return a result a chunk
 */
export function inChunks<P, C extends Chunk>(
  model: Trainable<P, C>,
  evaluate: ChunkEvaluator<C> = inTurn(model),
): Trainable<P, readonly C[]> {
  const { size, pack, unpack, path } = model;
  return {
    ...(path === undefined ? {} : { path }),
    size,
    pack,
    unpack,
    async lossAndGradient(position, chunks) {
      requireCount("chunks", chunks.length);
      for (const { count } of chunks) requireCount("chunks.count", count);
      const results = await evaluate(position, chunks);
      if (results.length !== chunks.length || results.some(({ gradient }) => gradient.length !== size)) {
        throw new ShapeError({
          where: "inChunks.evaluate",
          expected: `a loss and ${size} slopes for each of ${chunks.length} chunks`,
          arrived: `${results.length} results with ${results.map(({ gradient }) => gradient.length).join(", ")} slopes`,
          hint: "return the results in the order of the chunks, however they were computed",
        });
      }
      const total = chunks.reduce((sum, { count }) => sum + count, 0);
      return treeSum(results.map((result, k) => weighted(result, chunks[k].count / total)));
    },
  };
}

/** The evaluator that has no workers: the chunks one after the other, here. */
export function inTurn<P, C extends Chunk>(model: Trainable<P, C>): ChunkEvaluator<C> {
  return async (position, chunks) => {
    const results: Slope[] = [];
    for (const chunk of chunks) results.push(await model.lossAndGradient(position, chunk));
    return results;
  };
}

function weighted({ loss, gradient }: Slope, weight: number): Slope {
  return { loss: weight * loss, gradient: gradient.map((slope) => weight * slope) };
}

/** Neighbours are added in pairs, then pairs of pairs: the order of additions is that of the list. */
function treeSum(terms: readonly Slope[]): Slope {
  if (terms.length === 1) return terms[0];
  const half = Math.ceil(terms.length / 2);
  const [left, right] = [treeSum(terms.slice(0, half)), treeSum(terms.slice(half))];
  return {
    loss: left.loss + right.loss,
    gradient: left.gradient.map((slope, i) => slope + right.gradient[i]),
  };
}
