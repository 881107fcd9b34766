import type { PromptBatch } from "@onestep/core";

/** Where `lsaLossAndGradient` writes: the gradients of the batch loss, in the shapes of the parameters. */
export interface LsaGradientBuffers {
  /** ∂L/∂M, `[d+1, d+1]`, row-major */
  readonly keyQuery: Float64Array;
  /** ∂L/∂u, `[d+1]` */
  readonly valueProjection: Float64Array;
}

/**
 * The batch loss of one linear self-attention layer and its gradient, in float64, without forming any n×n attention.
 *
 * With k = M v_q, a = G u, c = G k and the residual r = aᵀk − y_q of each of the B prompts,
 *
 * $$ L = \tfrac1B \sum r^2, \qquad \partial L/\partial M = \tfrac2B \sum r\, a v_q^\top, \qquad
 *    \partial L/\partial u = \tfrac2B \sum r\, c. $$
 *
 * G u and G k are summed token by token, 4(d+1) multiply-adds each, so that a prompt costs O(n d + d²).
 *
 * @param keyQuery M, `[d+1, d+1]` row-major
 * @param valueProjection u, `[d+1]`
 * @param gradient overwritten with the result
 * @returns the batch loss L
 */
export function lsaLossAndGradient(
  keyQuery: Float64Array,
  valueProjection: Float64Array,
  prompts: PromptBatch,
  gradient: LsaGradientBuffers,
): number {
  const { count, contextLength, dimension, covariates, responses, queryCovariates, queryResponses } = prompts;
  const width = dimension + 1;
  const attended = new Float64Array(width); // a = G u
  const keys = new Float64Array(width); // k = M v_q
  const contracted = new Float64Array(width); // c = G k
  const valueOfResponse = valueProjection[dimension];
  gradient.keyQuery.fill(0);
  gradient.valueProjection.fill(0);
  let loss = 0;

  for (let prompt = 0; prompt < count; prompt++) {
    const queryAt = prompt * dimension;
    for (let i = 0; i < width; i++) {
      let sum = 0;
      const row = i * width;
      for (let j = 0; j < dimension; j++) sum += keyQuery[row + j] * queryCovariates[queryAt + j];
      keys[i] = sum;
      attended[i] = 0;
      contracted[i] = 0;
    }
    const keyOfResponse = keys[dimension];

    for (let token = prompt * contextLength; token < (prompt + 1) * contextLength; token++) {
      const at = token * dimension;
      const response = responses[token];
      let value = valueOfResponse * response; // ⟨u, vᵢ⟩
      let score = keyOfResponse * response; // ⟨k, vᵢ⟩
      for (let j = 0; j < dimension; j++) {
        const x = covariates[at + j];
        value += valueProjection[j] * x;
        score += keys[j] * x;
      }
      for (let j = 0; j < dimension; j++) {
        const x = covariates[at + j];
        attended[j] += value * x;
        contracted[j] += score * x;
      }
      attended[dimension] += value * response;
      contracted[dimension] += score * response;
    }

    let residual = -queryResponses[prompt];
    for (let i = 0; i < width; i++) residual += attended[i] * keys[i];
    loss += residual * residual;
    for (let i = 0; i < width; i++) {
      const row = i * width;
      const factor = residual * attended[i];
      for (let j = 0; j < dimension; j++) gradient.keyQuery[row + j] += factor * queryCovariates[queryAt + j];
      gradient.valueProjection[i] += residual * contracted[i];
    }
  }

  const factor = 2 / count;
  for (let i = 0; i < gradient.keyQuery.length; i++) gradient.keyQuery[i] *= factor;
  for (let i = 0; i < width; i++) gradient.valueProjection[i] *= factor;
  return loss / count;
}
