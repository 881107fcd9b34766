import { pointwiseFunctions, type Matrix, type PromptBatch } from "@onestep/core";
import type { AttentionTransformer } from "../src/attention/attention-transformer.ts";

type Vector = readonly number[];

/** Attention as it is defined, one token and one prompt at a time. */
export function attentionByDefinition(transformer: AttentionTransformer, prompts: PromptBatch): number[] {
  return Array.from({ length: prompts.count }, (_, prompt) => -finalQuery(transformer, prompts, prompt).at(-1)!);
}

function finalQuery(transformer: AttentionTransformer, prompts: PromptBatch, prompt: number): Vector {
  const { contextLength: n, dimension: d, covariates, responses, queryCovariates, lengths } = prompts;
  const length = lengths?.[prompt] ?? n;
  // A short context is one that has no more rows.
  const context = Array.from({ length }, (_, i) => {
    const row = prompt * n + i;
    return [...covariates.subarray(row * d, (row + 1) * d), responses[row]];
  });
  let tokens: Vector[] = [...context, [...queryCovariates.subarray(prompt * d, (prompt + 1) * d), 0]];
  const query = length;
  const { kernel, temperature = 1, mask = "prefix", attendsToQuery = false, dividesByLength = false } = transformer;
  const attendedBy = (reader: number): number[] => {
    const seen = mask === "prefix" ? [...context.keys()] : [...context.keys()].filter((token) => token <= reader);
    return attendsToQuery && (mask === "prefix" || reader === query) ? [...seen, query] : seen;
  };
  for (const { heads, mlp } of transformer.layers) {
    tokens = tokens.map((token, reader) => {
      let next = token;
      for (const { keyQuery, valueProjection } of heads) {
        const seen = attendedBy(reader).map((at) => tokens[at]);
        const key = times(keyQuery, token);
        const weights = weigh(
          kernel,
          seen.map((one) => inner(one, key) / temperature),
        );
        seen.forEach((one, i) => {
          const factor = weights[i] / (dividesByLength ? length : 1);
          next = plus(
            next,
            times(valueProjection, one).map((entry) => factor * entry),
          );
        });
      }
      return next;
    });
    if (mlp !== undefined) {
      const activation = mlp.activation === "linear" ? (x: number) => x : pointwiseFunctions[mlp.activation];
      tokens = tokens.map((token) => {
        const hidden = plus(times(mlp.hidden, token), [...mlp.bias]).map(activation);
        return plus(token, times(mlp.output, hidden));
      });
    }
  }
  return tokens[query];
}

function weigh(kernel: AttentionTransformer["kernel"], scores: Vector): Vector {
  if (kernel === "linear") return scores;
  if (kernel !== "softmax") return scores.map(pointwiseFunctions[kernel]);
  const exponentials = scores.map(Math.exp);
  const total = exponentials.reduce((sum, one) => sum + one, 0);
  return exponentials.map((one) => one / total);
}

function inner(left: Vector, right: Vector): number {
  return left.reduce((sum, entry, i) => sum + entry * right[i], 0);
}

function plus(left: Vector, right: Vector): Vector {
  return left.map((entry, i) => entry + right[i]);
}

function times({ rows, columns, values }: Matrix, vector: Vector): Vector {
  return Array.from({ length: rows }, (_, i) => inner([...values.subarray(i * columns, (i + 1) * columns)], vector));
}
