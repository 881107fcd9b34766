import type { PromptBatch } from "@onestep/core";
import { LARGEST_MEASURABLE, promptsFromCsv } from "@onestep/data";
import { readText } from "./json-file.ts";

/**
 * Reads prompts from a table; `-` reads standard input.
 *
 * @throws UsageError when there is no such file, and whatever `promptsFromCsv` refuses
 */
export function readPromptsFile(path: string): PromptBatch {
  const hint = "its header is prompt,role,x1,…,xd,y, and role is context or query";
  return promptsFromCsv(readText(path, { flag: "--prompts", what: "a table of prompts", hint }), {
    largest: LARGEST_MEASURABLE,
  });
}
