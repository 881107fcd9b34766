import { childKey, DomainError, openStream, type PromptBatch, type RandomKey } from "@onestep/core";
import type { PromptLaw } from "./prompt-law.ts";

/** Which prompts to draw. */
export interface SampleRequest {
  readonly key: RandomKey;
  readonly count: number;
  /** The index of the first one; omitted means 0. */
  readonly from?: number;
}

/**
 * Draws prompts `from`, `from` + 1, … of a key.
 *
 * Prompt i lives at the address `key/prompt:i`, and below it its task, its covariates, its noise and its query each have
 * a stream. So a prompt is the same whatever batch it is drawn in, and a longer context extends it.
 *
 * @throws DomainError unless `count` ≥ 1 and `from` ≥ 0 are integers
 */
export function samplePrompts(law: PromptLaw, { key, count, from = 0 }: SampleRequest): PromptBatch {
  requireInteger("samplePrompts.count", count, 1);
  requireInteger("samplePrompts.from", from, 0);
  const { contextLength: n, dimension: d, covariates, queryCovariates, noise, targetOnCovariates } = law;
  const batch: PromptBatch = {
    count,
    contextLength: n,
    dimension: d,
    covariates: new Float64Array(count * n * d),
    responses: new Float64Array(count * n),
    queryCovariates: new Float64Array(count * d),
    queryResponses: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const prompt = childKey(key, "prompt", from + i);
    const target = targetOnCovariates.draw(openStream(childKey(prompt, "task")));

    covariates.drawRows(openStream(childKey(prompt, "covariates")), n, batch.covariates, i * n * d);
    const noiseStream = openStream(childKey(prompt, "noise"));
    for (let row = i * n; row < (i + 1) * n; row++) {
      batch.responses[row] = target(batch.covariates, row * d) + noise.draw(noiseStream);
    }

    const queryStream = openStream(childKey(prompt, "query"));
    queryCovariates.drawRows(queryStream, 1, batch.queryCovariates, i * d);
    batch.queryResponses[i] = target(batch.queryCovariates, i * d) + noise.draw(queryStream);
  }
  return batch;
}

function requireInteger(where: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DomainError({
    where,
    expected: `an integer ≥ ${least}`,
    arrived: String(value),
    hint: "prompts are counted, and numbered from 0",
  });
}
