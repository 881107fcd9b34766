import { matrix, type LsaParameters, type Matrix, type PromptBatch } from "@onestep/core";
import { anyContextLength, anyDimension, anyVector } from "@onestep/testkit";
import { integer, tuple, type Arbitrary } from "fast-check";

/** A layer and the prompts that it reads. */
export interface LayerOnPrompts {
  readonly parameters: LsaParameters<Matrix>;
  readonly prompts: PromptBatch;
}

/** Any layer on d covariates, every entry in [−4, 4] and exact in single precision. */
export function anyLayer(dimension: number): Arbitrary<LsaParameters<Matrix>> {
  const width = dimension + 1;
  return tuple(anyVector(width * width), anyVector(width)).map(([keyQuery, valueProjection]) => ({
    keyQuery: matrix(width, width, keyQuery),
    valueProjection: matrix(width, 1, valueProjection),
  }));
}

/** Any prompts of one shape, every entry in [−4, 4] and exact in single precision. */
export function anyPrompts(count: number, contextLength: number, dimension: number): Arbitrary<PromptBatch> {
  return tuple(
    anyVector(count * contextLength * dimension),
    anyVector(count * contextLength),
    anyVector(count * dimension),
    anyVector(count),
  ).map(([covariates, responses, queryCovariates, queryResponses]) => ({
    count,
    contextLength,
    dimension,
    covariates,
    responses,
    queryCovariates,
    queryResponses,
  }));
}

/** Any layer on any prompts of its dimension: n below, at and above d, and one of each. */
export function anyLayerOnPrompts(): Arbitrary<LayerOnPrompts> {
  return tuple(integer({ min: 1, max: 4 }), anyContextLength(8), anyDimension(4)).chain(([count, n, dimension]) =>
    tuple(anyLayer(dimension), anyPrompts(count, n, dimension)).map(([parameters, prompts]) => ({
      parameters,
      prompts,
    })),
  );
}
