import { progressLine } from "./progress-line.ts";

const BAR_WIDTH = 24;

/** A single line that shows how far a set of runs is. */
export interface ProgressBar {
  /** @param part how far this run is, from 0 to 1; `doing` what it does now */
  update(index: number, part: number, doing: string): void;
  /** Removes the line, so that results can be printed in its place. */
  clear(): void;
}

export function progressBar(
  stream: Parameters<typeof progressLine>[0],
  names: readonly string[],
  enabled: boolean,
): ProgressBar {
  const line = progressLine(stream, enabled);
  const done = names.map(() => 0);
  let sum = 0;
  return {
    update(index, part, doing) {
      sum += part - done[index];
      done[index] = part;
      const overall = sum / names.length;
      const filled = Math.round(overall * BAR_WIDTH);
      const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
      line.update(`${bar} ${Math.round(overall * 100)} %  ${names[index]} ${doing}`);
    },
    clear: () => line.clear(),
  };
}
