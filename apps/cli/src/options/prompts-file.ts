import type { PromptBatch } from "@onestep/core";
import { LARGEST_MEASURABLE, promptsFromCsv } from "@onestep/data";
import { readText } from "./json-file.ts";

/**
 * Reads prompts from a table; `-` reads standard input.
 *
 * @param flag what the table was named with
 * @throws UsageError when there is no such file, and whatever `promptsFromCsv` refuses
 */
export function readPromptsFile(path: string, flag: string): PromptBatch {
  const hint = "its header is prompt,role,x1,…,xd,y, and role is context or query";
  return promptsFromCsv(readText(path, { flag, what: "a table of prompts", hint }), {
    largest: LARGEST_MEASURABLE,
  });
}
