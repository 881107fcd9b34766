import { childKey, type PromptBatch } from "@onestep/core";
import { drawContext, drawQueries, openPrompt } from "./open-prompt.ts";
import type { PromptLaw } from "./prompt-law.ts";
import { readRequest, type SampleRequest } from "./sample-request.ts";

/**
 * Draws prompts `from`, `from` + 1, … of a key.
 *
 * Prompt i lives at the address `key/prompt:i`, and below it its task, its covariates, its noise, each of its queries
 * and its latents (length, covariance) have a stream each. So a prompt is the same whatever batch it is drawn in, and a
 * longer context extends it.
 *
 * Contexts shorter than the law's longest are filled with rows of zeros, which change none of the sums Σ xᵢxᵢᵀ, Σ yᵢxᵢ
 * and Σ yᵢ²; `lengths` then tells how many rows were drawn.
 *
 * @throws DomainError unless `count` ≥ 1 and `from` ≥ 0 are integers
 *
 * @example
 * const law = promptLaw({
 *   contextLength: 20,
 *   covariates: gaussianCovariates({ dimension: 5 }),
 *   target: singleIndexTarget({ dimension: 5, link: "relu" }),
 *   noise: noNoise(),
 * });
 * samplePrompts(law, { key: randomKey(0), count: 3 }).responses.length; // => 60
 */
export function samplePrompts(law: PromptLaw, request: SampleRequest): PromptBatch {
  const { key, count, from } = readRequest("samplePrompts", request);
  const { contextLength: n, dimension: d, leastContextLength, queries } = law;
  const batch = {
    count,
    contextLength: n,
    dimension: d,
    covariates: new Float64Array(count * n * d),
    responses: new Float64Array(count * n),
    queryCovariates: new Float64Array(count * queries * d),
    queryResponses: new Float64Array(count * queries),
    ...(queries === 1 ? {} : { queries }),
    ...(leastContextLength === undefined ? {} : { lengths: new Int32Array(count) }),
  };
  for (let i = 0; i < count; i++) {
    const prompt = openPrompt(law, childKey(key, "prompt", from + i));
    if (batch.lengths !== undefined) batch.lengths[i] = prompt.length;
    drawQueries(law, prompt, batch, i);
    drawContext(prompt, batch, i * n, d);
  }
  return batch;
}
