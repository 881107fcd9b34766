import { childKey, randomKey } from "@onestep/core";
import { openStream } from "@onestep/kernels";
import { defineTask, type TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";
import { lawParameter } from "../define/law-parameter.ts";
import { positiveInteger, wholeNumber } from "../define/parameter.ts";
import { requireRoom } from "../define/room.ts";

/**
 * A finite pool of task vectors w₁ … w_K, of which each prompt picks one: pre-training sees K tasks and no more. Task k
 * is drawn from another law at the address `seed/task pool/task:k`, so that a larger pool extends a smaller one. Given
 * the pool,
 *
 * $$ \mathbb{E}\, w w^\top = \frac1K \sum_{k=1}^{K} w_k w_k^\top $$
 *
 * Source: Raventós, Paul, Chen & Ganguli, arXiv 2306.15063, section 2.
 *
 * @example
 * const small = poolTasks({ size: 2, of: gaussianTasks({ dimension: 3 }) });
 * const large = poolTasks({ size: 5, of: gaussianTasks({ dimension: 3 }) });
 * large.pool?.[1]?.join() === small.pool?.[1]?.join(); // => true
 */
export const poolTasks: Factory<PoolTasksInputs, TaskLaw> = defineTask({
  name: "pool",
  summary: "A finite pool of task vectors, drawn once from another law; each prompt picks one.",
  parameters: {
    size: positiveInteger({ description: "K, the number of tasks" }),
    of: lawParameter<TaskLaw>("tasks", { description: "law that the pool's tasks are drawn from" }),
    seed: wholeNumber({ description: "where the pool is drawn", fallback: 0 }),
  },
  examples: [
    { size: 4, of: { law: "gaussian" } },
    { size: 16, of: { law: "rademacher" }, seed: 7 },
  ],
  check: ({ size, dimension }, where) =>
    requireRoom(`${where}.size`, {
      what: `${size} tasks in ${dimension} dimensions`,
      numbers: size * (dimension + NUMBERS_OF_AN_ARRAY),
      hint: "choose a smaller pool; a very large one is the law that it is drawn from",
    }),
  declares: () => ({ invariance: "none" }),
  pool({ size, of, seed, dimension }) {
    const key = childKey(randomKey(seed), "task pool");
    return Array.from({ length: size }, (_, k) => {
      const taskVector = new Float64Array(dimension);
      of.draw(openStream(childKey(key, "task", k)), taskVector);
      return taskVector;
    });
  },
});

/** What an array takes besides its entries, measured (250 to 380 bytes). */
const NUMBERS_OF_AN_ARRAY = 48;

/** The parameters of a pool of task vectors. */
export interface PoolTasksInputs {
  readonly size: number;
  readonly of: TaskLaw;
  readonly seed?: number | undefined;
  readonly dimension?: number;
}
