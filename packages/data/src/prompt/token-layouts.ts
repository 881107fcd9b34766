import type { PromptBatch } from "@onestep/core";

/** Prompts as sequences of tokens. */
export interface TokenSequences {
  readonly count: number;
  /** Tokens of a prompt */
  readonly length: number;
  /** d + 1 */
  readonly width: number;
  /** `[count, length, width]`, row-major */
  readonly values: Float64Array;
}

/**
 * One token for each labelled pair: vᵢ = (xᵢ, yᵢ), then (x_q, 0) for every query. This is the layout of linear
 * self-attention: `length` is n + queries.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 2,
 *   covariates: Float64Array.of(1, 2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(4, 5), queryResponses: Float64Array.of(6),
 * };
 * [...jointTokens(prompts).values]; // => [1, 2, 3, 4, 5, 0]
 */
export function jointTokens(prompts: PromptBatch): TokenSequences {
  const { covariates, responses } = prompts;
  return layOut(prompts, 1, (token, row, dimension) => {
    copyRow(covariates, row, token, dimension);
    token[dimension] = responses[row];
  });
}

/**
 * Two tokens for each labelled pair, (xᵢ, 0) and (0, yᵢ), then (x_q, 0) for every query: `length` is 2n + queries.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 2,
 *   covariates: Float64Array.of(1, 2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(4, 5), queryResponses: Float64Array.of(6),
 * };
 * [...interleavedTokens(prompts).values]; // => [1, 2, 0, 0, 0, 3, 4, 5, 0]
 */
export function interleavedTokens(prompts: PromptBatch): TokenSequences {
  const { covariates, responses } = prompts;
  return layOut(prompts, 2, (tokens, row, dimension) => {
    copyRow(covariates, row, tokens, dimension);
    tokens[2 * dimension + 1] = responses[row];
  });
}

/** Writes the tokens of one labelled pair, then those of the queries. */
function layOut(
  prompts: PromptBatch,
  tokensPerPair: number,
  writePair: (tokens: Float64Array, row: number, dimension: number) => void,
): TokenSequences {
  const { count, contextLength, dimension, queries = 1, queryCovariates } = prompts;
  const width = dimension + 1;
  const length = tokensPerPair * contextLength + queries;
  const values = new Float64Array(count * length * width);
  for (let prompt = 0; prompt < count; prompt++) {
    let at = prompt * length * width;
    for (let i = 0; i < contextLength; i++) {
      writePair(values.subarray(at, at + tokensPerPair * width), prompt * contextLength + i, dimension);
      at += tokensPerPair * width;
    }
    for (let query = 0; query < queries; query++) {
      copyRow(queryCovariates, prompt * queries + query, values.subarray(at, at + width), dimension);
      at += width;
    }
  }
  return { count, length, width, values };
}

function copyRow(rows: Float64Array, row: number, into: Float64Array, dimension: number): void {
  for (let i = 0; i < dimension; i++) into[i] = rows[row * dimension + i];
}
