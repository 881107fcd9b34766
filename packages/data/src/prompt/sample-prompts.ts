import { childKey, openStream, type PromptBatch, type RandomKey } from "@onestep/core";
import { drawLength } from "./context-lengths.ts";
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
  const { contextLength: n, dimension: d, lengths, queries } = law;
  const batch = {
    count,
    contextLength: n,
    dimension: d,
    covariates: new Float64Array(count * n * d),
    responses: new Float64Array(count * n),
    queryCovariates: new Float64Array(count * queries * d),
    queryResponses: new Float64Array(count * queries),
    ...(queries === 1 ? {} : { queries }),
    ...(lengths.from === lengths.to ? {} : { lengths: new Int32Array(count) }),
  };
  for (let i = 0; i < count; i++) drawPrompt(law, childKey(key, "prompt", from + i), batch, i);
  return batch;
}

/** Draws one prompt into place i of a batch. */
function drawPrompt(law: PromptLaw, key: RandomKey, batch: PromptBatch, i: number): void {
  const { contextLength: longest, dimension: d, covariates, queryCovariates, queries } = law;
  const length = drawLength(law.lengths, key);
  if (batch.lengths !== undefined) batch.lengths[i] = length;
  const rowLaw = covariates.perPrompt?.draw(openStream(childKey(key, "latent"))) ?? covariates;
  const queryLaw =
    queryCovariates === covariates
      ? rowLaw
      : (queryCovariates.perPrompt?.draw(openStream(childKey(key, "query latent"))) ?? queryCovariates);
  const target = law.targetOnCovariates.draw(openStream(childKey(key, "task")));
  const noiseStream = openStream(childKey(key, "noise"));
  const noise = law.noise.drawLevel(noiseStream);

  // Queries before rows: a target whose values are drawn one after another then has the same ones at the queries
  // whatever the length of the context.
  for (let at = i * queries; at < (i + 1) * queries; at++) {
    const stream = openStream(childKey(key, "query", at - i * queries));
    queryLaw.drawRows(stream, 1, batch.queryCovariates, at * d);
    batch.queryResponses[at] = target.at(batch.queryCovariates, at * d) + noise(stream, batch.queryCovariates, at * d);
  }

  const first = i * longest;
  rowLaw.drawRows(openStream(childKey(key, "covariates")), length, batch.covariates, first * d);
  for (let row = first; row < first + length; row++) {
    batch.responses[row] = target.at(batch.covariates, row * d) + noise(noiseStream, batch.covariates, row * d);
  }
}
