import {
  checkPrompts,
  identity,
  matrix,
  multiply,
  transpose,
  type Matrix,
  type PromptBatch,
  type TensorBackend,
} from "@onestep/core";
import { requireOneQuery } from "../lsa/one-query.ts";
import { checkTransformer } from "./check-transformer.ts";
import { requireCovariates } from "./context-gram.ts";
import type { LinearTransformer } from "./linear-transformer.ts";
import { transformerOn } from "./transformer-tensors.ts";

/**
 * The final tokens of a linear transformer, computed the way attention is defined: every token meets every unmasked
 * token, at a cost of n² a prompt. The Gram recursion gives the same numbers without it; this is its oracle.
 *
 * @returns Z_L, `[B, k + n + 1, d+1]`: the prefix of k tokens, the context, and the query last
 * @throws ShapeError, DomainError
 *
 * Source: Ahn et al., arXiv 2306.00297, the model of Section 2.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const head = { valueProjection: diagonal([0, 1]), keyQuery: diagonal([-0.1, 0]) };
 * const tokens = finalTokens(float64Backend(), { layers: [[head]], dividesByLength: true }, prompts);
 * Array.from(tokens.values.subarray(2)); // => [5, -3]
 */
export function finalTokens<T>(backend: TensorBackend<T>, transformer: LinearTransformer, prompts: PromptBatch): T {
  requireOneQuery("finalTokens", prompts);
  checkPrompts("finalTokens", prompts);
  requireCovariates("finalTokens", checkTransformer("finalTokens", transformer), prompts);
  const { count, contextLength, lengths } = prompts;
  return backend.tidy(() => {
    const embedded = embeddedTokens(transformer, prompts);
    const perPrompt = embedded.rows / count;
    let tokens = backend.fromValues(embedded.values, [count, perPrompt, embedded.columns]);
    const mask = backend.fromValues(new Float64Array(perPrompt).fill(1, 0, perPrompt - 1), [perPrompt]);
    const length = (prompt: number): number => lengths?.[prompt] ?? contextLength;
    const prefactor = backend.fromValues(
      Float64Array.from({ length: count }, (_, prompt) => (transformer.dividesByLength ? 1 / length(prompt) : 1)),
      [count],
    );
    for (const { valueProjection, keyQuery } of transformerOn(backend, transformer).layers) {
      const keys = backend.contract("n,bni->bni", mask, tokens);
      const queries = backend.contract("hij,bnj->bhni", keyQuery, tokens); // Q_h z
      const scores = backend.contract("bmi,bhni->bhmn", keys, queries);
      const mixed = backend.contract("bhmn,bmi->bhni", scores, keys);
      const update = backend.contract("hij,bhnj->bni", valueProjection, mixed);
      tokens = backend.add(tokens, backend.contract("b,bni->bni", prefactor, update));
    }
    return tokens;
  });
}

/** The tokens of all prompts as the first layer meets them, one a row. */
function embeddedTokens({ embedding = {} }: LinearTransformer, prompts: PromptBatch): Matrix {
  const { count, contextLength, dimension, covariates, responses, queryCovariates } = prompts;
  const width = dimension + 1;
  const prefix = embedding.prefix?.values ?? new Float64Array(0);
  const perPrompt = prefix.length / width + contextLength + 1;
  const result = matrix(count * perPrompt, width);
  const token = matrix(1, width);
  const write = (row: number, map: Matrix): void =>
    result.values.set(multiply(token, transpose(map)).values, row * width);
  const [mapContext, mapQuery] = [embedding.context ?? identity(width), embedding.query ?? identity(width)];
  for (let prompt = 0; prompt < count; prompt++) {
    let row = prompt * perPrompt;
    result.values.set(prefix, row * width);
    row += prefix.length / width;
    for (let i = prompt * contextLength; i < (prompt + 1) * contextLength; i++, row++) {
      token.values.set(covariates.subarray(i * dimension, (i + 1) * dimension));
      token.values[dimension] = responses[i];
      write(row, mapContext);
    }
    token.values.set(queryCovariates.subarray(prompt * dimension, (prompt + 1) * dimension));
    token.values[dimension] = 0;
    write(row, mapQuery);
  }
  return result;
}
