import { childKey, type PromptBatch, type RandomKey } from "@onestep/core";
import { anyPrompts } from "./any-prompts.ts";
import { normalPrompts } from "./normal-prompts.ts";
import { promptArrays, requirePromptArrays } from "./prompt-arrays.ts";
import type { PromptLaw } from "./prompt-law.ts";
import { readRequest, type SampleRequest } from "./sample-request.ts";

/** Prompts that are drawn together: a few, so that their rows stay in the cache. */
const TOGETHER = 16;

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
 * @param into a batch of the same law and count whose arrays are written anew, so that no memory is taken; without it
 *   the batch is a new one
 * @throws DomainError unless `count` ≥ 1 and `from` ≥ 0 are integers
 * @throws ShapeError if `into` has other arrays
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
export function samplePrompts(law: PromptLaw, request: SampleRequest, into?: PromptBatch): PromptBatch {
  const { key, count, from } = readRequest("samplePrompts", request);
  if (into !== undefined) requirePromptArrays("samplePrompts.into", into, law, count);
  const batch = into ?? promptArrays(law, count);
  const draw = normalPrompts(law, TOGETHER) ?? anyPrompts(law);
  for (let first = 0; first < count; first += TOGETHER) {
    draw(promptKeys(key, from + first, Math.min(TOGETHER, count - first)), batch, first);
  }
  return batch;
}

/** The keys of prompts `from`, `from` + 1, … */
function promptKeys(key: RandomKey, from: number, count: number): readonly RandomKey[] {
  const keys: RandomKey[] = [];
  for (let i = from; i < from + count; i++) keys.push(childKey(key, "prompt", i));
  return keys;
}
