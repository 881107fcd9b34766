import { childKey, randomKey, type PromptBatch } from "@onestep/core";
import { parsePromptLaw, samplePrompts } from "@onestep/data";
import type { TrainingConfig } from "./config.ts";

/** Prompts of a training's law, drawn at `seed/export`: none of them was trained on. */
export function exportedPrompts({ law, seed }: Pick<TrainingConfig, "law" | "seed">, count: number): PromptBatch {
  return samplePrompts(parsePromptLaw(law), { key: childKey(randomKey(seed), "export"), count });
}
