import type { PromptBatch } from "@onestep/core";

/**
 * The same prompts with one query each: a context is repeated for every query that shares it. The mean over the result
 * is the mean over the batch; its entries are dependent where they share a context.
 *
 * @example
 * const law = promptLaw({
 *   contextLength: 4,
 *   covariates: gaussianCovariates({ dimension: 2 }),
 *   target: singleIndexTarget({ dimension: 2, link: "relu" }),
 *   noise: noNoise(),
 *   queries: 3,
 * });
 * splitQueries(samplePrompts(law, { key: randomKey(0), count: 5 })).count; // => 15
 */
export function splitQueries(prompts: PromptBatch): PromptBatch {
  const { queries = 1, lengths, ...batch } = prompts;
  if (queries === 1) return prompts;
  return {
    ...batch,
    count: batch.count * queries,
    covariates: repeatBlocks(batch.covariates, batch.count, queries),
    responses: repeatBlocks(batch.responses, batch.count, queries),
    ...(lengths === undefined
      ? {}
      : { lengths: Int32Array.from({ length: batch.count * queries }, (_, i) => lengths[Math.floor(i / queries)]) }),
  };
}

/** Each of `count` equal blocks, `times` times in a row. */
function repeatBlocks(values: Float64Array, count: number, times: number): Float64Array {
  const size = values.length / count;
  const repeated = new Float64Array(values.length * times);
  for (let i = 0; i < count * times; i++) {
    const block = Math.floor(i / times);
    repeated.set(values.subarray(block * size, (block + 1) * size), i * size);
  }
  return repeated;
}
