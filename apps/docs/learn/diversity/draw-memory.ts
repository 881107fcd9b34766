import { childKey, meanAccumulator, randomKey } from "@onestep/core";
import {
  discretePosterior,
  expectedSquaredError,
  gaussianTasks,
  integrateQueries,
  parsePromptLaw,
  poolTasks,
  sampleContextStatistics,
} from "@onestep/data";

import { BLOCK, BLOCKS, CHOICES, lawFileOf, type PoolSetting } from "./pool-setting.ts";

/** What ideal memories err by on new tasks, after a number of blocks. */
export interface MemoryEstimate {
  /** Blocks drawn so far */
  readonly step: number;
  readonly points: readonly { readonly tasks: number; readonly loss: number; readonly standardError: number }[];
}

/**
 * Asks ideal memories of 1, 2, 4, … tasks about tasks that they do not hold: each predicts by the posterior over its pool
 * and the negatives of the pool, on the same contexts.
 */
export function* drawMemory(setting: PoolSetting): Generator<MemoryEstimate> {
  const { dimension, noiseVariance, seed } = setting;
  const largest = CHOICES.tasks[CHOICES.tasks.length - 1];
  const { pool = [] } = poolTasks({ size: largest, of: gaussianTasks({ dimension }), seed });
  const law = parsePromptLaw({ ...lawFileOf(setting), target: { law: "linear", tasks: { law: "gaussian" } } });
  const key = childKey(randomKey(seed), "new tasks");
  const memories = CHOICES.tasks.map((tasks) => ({
    tasks,
    pool: pool.slice(0, tasks).flatMap((task) => [task, task.map((entry) => -entry)]),
    losses: meanAccumulator(),
  }));
  const size = (dimension * (dimension + 1)) / 2;
  for (let step = 1; step <= BLOCKS; step++) {
    const request = { key, count: BLOCK, from: (step - 1) * BLOCK };
    const { covariateGram, crossProduct } = sampleContextStatistics(law, request);
    const queries = integrateQueries(law, request);
    for (let i = 0; i < BLOCK; i++) {
      const evidence = {
        covariateGram: covariateGram.subarray(i * size, (i + 1) * size),
        crossProduct: crossProduct.subarray(i * dimension, (i + 1) * dimension),
        noiseVariance,
      };
      for (const memory of memories) {
        memory.losses.push(expectedSquaredError(queries, i, discretePosterior(memory.pool, evidence).mean));
      }
    }
    yield {
      step,
      points: memories.map(({ tasks, losses }) => {
        const { value, standardError } = losses.estimate();
        return { tasks, loss: value, standardError };
      }),
    };
  }
}
