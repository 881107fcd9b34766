import { matrix, type Matrix, type PromptBatch } from "@onestep/core";
import { anyContextLength, anyVector } from "@onestep/testkit";
import { array, boolean, constant, integer, tuple, type Arbitrary } from "fast-check";
import type { AttentionHead, LinearTransformer, TokenEmbedding } from "../src/deep/linear-transformer.ts";
import { anyPrompts } from "./any-layer.ts";

/** A transformer and the prompts that it reads. */
export interface TransformerOnPrompts {
  readonly transformer: LinearTransformer;
  readonly prompts: PromptBatch;
}

/** Any matrix of entries in [−½, ½], exact in single precision: products of many of them stay in range. */
function anyModestMatrix(rows: number, columns: number = rows): Arbitrary<Matrix> {
  return anyVector(rows * columns).map((values) => matrix(rows, columns, modest(values)));
}

/** Any transformer on d covariates: up to `depth` layers of one or two heads, embedded or not. */
function anyTransformer(dimension: number, depth: number, embedded = true): Arbitrary<LinearTransformer> {
  const width = dimension + 1;
  const anyHead: Arbitrary<AttentionHead> = tuple(anyModestMatrix(width), anyModestMatrix(width)).map(
    ([valueProjection, keyQuery]) => ({ valueProjection, keyQuery }),
  );
  const layers = array(array(anyHead, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: depth });
  const anyEmbedding: Arbitrary<TokenEmbedding> = tuple(
    anyModestMatrix(width),
    anyModestMatrix(width),
    integer({ min: 1, max: 2 }).chain((count) => anyModestMatrix(count, width)),
    array(boolean(), { minLength: 3, maxLength: 3 }),
  ).map(([context, query, prefix, used]) => ({
    ...(used[0] && { context }),
    ...(used[1] && { query }),
    ...(used[2] && { prefix }),
  }));
  return tuple(layers, embedded ? anyEmbedding : constant({}), boolean()).map(
    ([layers, embedding, dividesByLength]) => ({ layers, embedding, dividesByLength }),
  );
}

/** Any transformer on any prompts of its dimension, entries in [−½, ½]: n below, at and above d. */
export function anyTransformerOnPrompts(depth = 3, embedded = true): Arbitrary<TransformerOnPrompts> {
  return tuple(integer({ min: 1, max: 3 }), anyContextLength(6), integer({ min: 1, max: 3 })).chain(
    ([count, n, dimension]) =>
      tuple(anyTransformer(dimension, depth, embedded), anyPrompts(count, n, dimension)).map(
        ([transformer, prompts]) => ({
          transformer,
          prompts: {
            ...prompts,
            covariates: modest(prompts.covariates),
            responses: modest(prompts.responses),
            queryCovariates: modest(prompts.queryCovariates),
            queryResponses: modest(prompts.queryResponses),
          },
        }),
      ),
  );
}

function modest(values: Float64Array): Float64Array {
  return values.map((value) => value / 8);
}
