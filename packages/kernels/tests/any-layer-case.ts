import type { PromptBatch } from "@onestep/core";
import { anyContextLength, anyDimension, anyVector } from "@onestep/testkit";
import { integer, tuple, type Arbitrary } from "fast-check";

/** A layer and the prompts it is asked. */
export interface LayerCase {
  readonly keyQuery: Float64Array;
  readonly valueProjection: Float64Array;
  readonly prompts: PromptBatch;
}

/** Any layer on any prompts: n below, at and above d, and one of each. */
export const anyLayerCase: Arbitrary<LayerCase> = tuple(
  integer({ min: 1, max: 5 }),
  anyContextLength(9),
  anyDimension(4),
).chain(([count, contextLength, dimension]) =>
  tuple(
    anyVector((dimension + 1) ** 2),
    anyVector(dimension + 1),
    anyVector(count * contextLength * dimension),
    anyVector(count * contextLength),
    anyVector(count * dimension),
    anyVector(count),
  ).map(([keyQuery, valueProjection, covariates, responses, queryCovariates, queryResponses]) => ({
    keyQuery,
    valueProjection,
    prompts: { count, contextLength, dimension, covariates, responses, queryCovariates, queryResponses },
  })),
);
