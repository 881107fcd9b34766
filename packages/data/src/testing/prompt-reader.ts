import type { ContextStatistics, RandomKey } from "@onestep/core";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { drawPrompts } from "../prompt/sample-prompts.ts";
import { sumRows } from "../statistics/row-sums.ts";

/** The sums of a batch of prompts, `from` and the following of a key. */
export type SampleSums = (request: {
  readonly key: RandomKey;
  readonly count: number;
  readonly from: number;
}) => ContextStatistics;

const BATCH = 256;

/** The sums S = XᵀX, b = Xᵀy, c = yᵀy of prompts that are drawn row by row. */
export function sumsOfRows(law: PromptLaw): SampleSums {
  const { contextLength: n, dimension: d } = law;
  return (request) => {
    const { covariates, responses, ...batch } = drawPrompts(law, request);
    const sums = {
      ...batch,
      covariateGram: new Float64Array((batch.count * d * (d + 1)) / 2),
      crossProduct: new Float64Array(batch.count * d),
      responseEnergy: new Float64Array(batch.count),
    };
    for (let i = 0; i < batch.count; i++) {
      // Rows of zeros, which fill up a shorter context, add nothing.
      const rows = { covariates: covariates.subarray(i * n * d), responses: responses.subarray(i * n) };
      sumRows(rows, n, d, sums, i);
    }
    return sums;
  };
}

/** One prompt of a batch after another; the queries that share a context count as one. */
export interface PromptReader {
  /** The batch that holds the present prompt. */
  batch: ContextStatistics;
  /** Its place in the batch. */
  place: number;
  next(): void;
}

/** Reads the prompts of a key in order, a batch at a time. */
export function promptReader(sample: SampleSums, key: RandomKey): PromptReader {
  let from = 0;
  const reader: PromptReader = {
    batch: sample({ key, count: BATCH, from }),
    place: -1,
    next() {
      reader.place += 1;
      if (reader.place < BATCH) return;
      from += BATCH;
      reader.batch = sample({ key, count: BATCH, from });
      reader.place = 0;
    },
  };
  return reader;
}
