import type { PromptBatch } from "@onestep/core";
import { requireFiniteNumbers } from "../define/require-finite-numbers.ts";
import { anyPrompts } from "./any-prompts.ts";
import { normalPrompts } from "./normal-prompts.ts";
import { promptArrays, requirePromptArrays } from "./prompt-arrays.ts";
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
 * @param into a batch of the same law and count whose arrays are written anew, so that no memory is taken; without it
 *   the batch is a new one
 * @throws DomainError unless `count` ≥ 1 and `from` ≥ 0 are integers, and for more prompts than fit in memory
 * @throws ShapeError if `into` has other arrays
 * @throws NumericalError where a response overflows
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
  const batch = drawPrompts(law, request, into);
  const { responses, queryResponses } = batch;
  requireFiniteNumbers("samplePrompts", { responses, "responses of the queries": queryResponses });
  return batch;
}

/** The same, whatever the responses are: what is wrong with a law can be asked of its prompts. */
export function drawPrompts(law: PromptLaw, request: SampleRequest, into?: PromptBatch): PromptBatch {
  const { key, count, from } = readRequest("samplePrompts", request);
  if (into !== undefined) requirePromptArrays("samplePrompts.into", into, law, count);
  const batch = into ?? promptArrays(law, count);
  const draw = normalPrompts(law) ?? anyPrompts(law);
  draw({ key, from, count }, batch);
  return batch;
}
