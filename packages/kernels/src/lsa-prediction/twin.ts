import type { PromptBatch } from "@onestep/core";

/**
 * The predictions ŷ = uᵀ G M v_q of one linear self-attention layer, in float64.
 *
 * Only the scores ⟨M v_q, vᵢ⟩ and the values ⟨u, vᵢ⟩ of the n tokens meet: O(n d + d²) a prompt.
 *
 * @param keyQuery M, `[d+1, d+1]` row-major
 * @param valueProjection u, `[d+1]`
 * @returns ŷ, `[count]`
 */
export function lsaPredictions(
  keyQuery: Float64Array,
  valueProjection: Float64Array,
  prompts: PromptBatch,
): Float64Array {
  const { count, contextLength, dimension, covariates, responses, queryCovariates } = prompts;
  const width = dimension + 1;
  const keys = new Float64Array(width);
  const predictions = new Float64Array(count);
  for (let prompt = 0; prompt < count; prompt++) {
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < dimension; j++) sum += keyQuery[i * width + j] * queryCovariates[prompt * dimension + j];
      keys[i] = sum;
    }
    let prediction = 0;
    for (let token = prompt * contextLength; token < (prompt + 1) * contextLength; token++) {
      const at = token * dimension;
      let value = valueProjection[dimension] * responses[token];
      let score = keys[dimension] * responses[token];
      for (let j = 0; j < dimension; j++) {
        value += valueProjection[j] * covariates[at + j];
        score += keys[j] * covariates[at + j];
      }
      prediction += value * score;
    }
    predictions[prompt] = prediction;
  }
  return predictions;
}
