import type { PromptBatch } from "@onestep/core";
import type { PromptLaw } from "./prompt-law.ts";
import { samplePrompts } from "./sample-prompts.ts";
import { readRequest, requireInteger, type SampleRequest } from "./sample-request.ts";

/** Which prompts to draw, and how many at a time. */
export interface BatchesRequest extends SampleRequest {
  /** Prompts a batch, the last one excepted; omitted, as many as take about 1 MB, which a processor keeps at hand. */
  readonly batchSize?: number | undefined;
  /**
   * Whether each batch is written over the one before: faster, since memory is taken once. A batch must then be used
   * before the next is asked for. Omitted means false.
   */
  readonly reuse?: boolean | undefined;
}

/** 1 MB */
const NUMBERS_OF_A_BATCH = 2 ** 17;

/**
 * The prompts of `samplePrompts`, batch by batch: any number of them in the memory of one batch.
 *
 * @throws DomainError unless `count` ≥ 1, `batchSize` ≥ 1 and `from` ≥ 0 are integers
 *
 * @example
 * const law = promptLaw({
 *   contextLength: 20,
 *   covariates: gaussianCovariates({ dimension: 5 }),
 *   target: singleIndexTarget({ dimension: 5, link: "relu" }),
 *   noise: noNoise(),
 * });
 * const batches = promptBatches(law, { key: randomKey(0), count: 10, batchSize: 4 });
 * Array.from(batches, (batch) => batch.count); // => [4, 4, 2]
 */
export function promptBatches(law: PromptLaw, request: BatchesRequest): Generator<PromptBatch, void, undefined> {
  const { batchSize = sizeFor(law), reuse = false } = request;
  requireInteger("promptBatches.batchSize", batchSize, 1);
  return draw(law, readRequest("promptBatches", request), batchSize, reuse);
}

function* draw(
  law: PromptLaw,
  { key, count, from }: ReturnType<typeof readRequest>,
  batchSize: number,
  reuse: boolean,
): Generator<PromptBatch, void, undefined> {
  let batch: PromptBatch | undefined;
  for (let first = 0; first < count; first += batchSize) {
    const size = Math.min(batchSize, count - first);
    const into = reuse && batch?.count === size ? batch : undefined;
    batch = samplePrompts(law, { key, count: size, from: from + first }, into);
    yield batch;
  }
}

function sizeFor({ contextLength, dimension }: PromptLaw): number {
  return Math.max(1, Math.floor(NUMBERS_OF_A_BATCH / (contextLength * (dimension + 1))));
}
