import type { PromptLaw } from "@onestep/data";

/** Whether every prompt has the same number of rows. */
export function hasFixedLength({ leastContextLength }: PromptLaw): boolean {
  return leastContextLength === undefined;
}

/** Whether ε ~ N(0, σ²) with one σ² for all prompts, 0 included. */
export function hasGaussianNoise({ noise }: PromptLaw): boolean {
  return noise.name === "gaussian" || noise.name === "none";
}
