import type { HeadsSetting } from "./heads-setting.ts";

/** Names a law that the page offers. */
export function lawKey({
  contextLength,
  dimension,
  taskMean,
}: Pick<HeadsSetting, "contextLength" | "dimension" | "taskMean">): string {
  return `${contextLength},${dimension},${taskMean}`;
}
