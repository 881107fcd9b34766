import { drawSubset, isotropic } from "@onestep/core";
import { defineTask, type TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";
import { positive, positiveInteger, refusal } from "../define/parameter.ts";

/**
 * Sparse task vectors: a uniformly random set of s coordinates carries independent N(0, v) entries, and the others are 0,
 *
 * $$ \mathbb{E}\, w w^\top = \frac{s v}{d}\, I $$
 *
 * @throws DomainError unless s ≤ d
 *
 * Source: Garg, Tsipras, Liang & Valiant, arXiv 2208.01066, section "More complex function classes".
 *
 * @example
 * toRows(sparseTasks({ dimension: 2, sparsity: 1, variance: 3 }).secondMoment); // => [[1.5, 0], [0, 1.5]]
 */
export const sparseTasks: Factory<SparseTasksInputs, TaskLaw> = defineTask({
  name: "sparse",
  summary: "Task vectors with a few Gaussian entries at random places, and zeros elsewhere.",
  parameters: {
    sparsity: positiveInteger({ description: "s, the number of entries that are not zero" }),
    variance: positive({ description: "v, of those entries", fallback: 1 }),
  },
  examples: [{ sparsity: 1 }, { sparsity: 2, variance: 1.5 }],
  check({ sparsity, dimension }, where) {
    if (sparsity > dimension) {
      throw refusal(
        `${where}.sparsity`,
        `at most ${dimension} entries, the dimension`,
        sparsity,
        "choose a smaller one",
      );
    }
  },
  secondMoment: ({ sparsity, variance, dimension }) => isotropic(dimension, (sparsity * variance) / dimension).matrix,
  declares: () => ({ invariance: "signed-permutations" }),
  draw({ sparsity, variance, dimension }) {
    const deviation = Math.sqrt(variance);
    return (stream, into) => {
      into.fill(0, 0, dimension);
      for (const place of drawSubset(stream, sparsity, dimension)) into[place] = deviation * stream.normal();
    };
  },
});

/** The parameters of sparse task vectors. */
export interface SparseTasksInputs {
  readonly sparsity: number;
  readonly variance?: number | undefined;
  readonly dimension?: number;
}
