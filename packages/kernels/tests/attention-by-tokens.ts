import type { PromptBatch } from "@onestep/core";
import type { DeepWeights } from "../src/deep/sums.ts";

/**
 * ŷ of each prompt, token by token and with all n + 1 attention scores of each: Z' = Z + κ P Z mask Zᵀ Q Z, and
 * ŷ = −[Z_L]_{d+1, n+1}.
 */
export function predictByTokens(weights: DeepWeights, prompts: PromptBatch, dividesByLength: boolean): Float64Array {
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates, lengths } = prompts;
  return Float64Array.from({ length: count }, (_, prompt) => {
    const length = lengths?.[prompt] ?? n;
    const context = Array.from({ length }, (__, i) => {
      const row = prompt * n + i;
      return [...covariates.subarray(row * d, (row + 1) * d), responses[row]];
    });
    let tokens = [...context, [...queryCovariates.subarray(prompt * d, (prompt + 1) * d), 0]];
    for (const [layer, value] of weights.valueProjections.entries()) {
      const key = weights.keyQueries[layer];
      tokens = tokens.map((token) => {
        const asked = apply(key, token);
        const attended = token.map(() => 0);
        for (const other of tokens.slice(0, length)) {
          const score = other.reduce((sum, entry, i) => sum + entry * asked[i], 0);
          other.forEach((entry, i) => (attended[i] += score * entry));
        }
        const update = apply(value, attended);
        return token.map((entry, i) => entry + update[i] / (dividesByLength ? length : 1));
      });
    }
    return -tokens[length][d];
  });
}

function apply(matrix: Float64Array, x: readonly number[]): number[] {
  return x.map((_, i) => x.reduce((sum, entry, j) => sum + matrix[i * x.length + j] * entry, 0));
}
