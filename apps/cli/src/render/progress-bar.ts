import { formatNumber } from "./number.ts";
import { progressLine } from "./progress-line.ts";

const BAR_WIDTH = 24;

/** A single line that shows how far a set of trials is. */
export interface ProgressBar {
  update(index: number, progress: { readonly step: number; readonly steps: number; readonly loss: number }): void;
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
  return {
    update(index, { step, steps, loss }) {
      done[index] = step / steps;
      const overall = done.reduce((sum, part) => sum + part, 0) / names.length;
      const filled = Math.round(overall * BAR_WIDTH);
      const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
      line.update(`${bar} ${Math.round(overall * 100)} %  ${names[index]} step ${step}, loss ${formatNumber(loss, 4)}`);
    },
    clear: () => line.clear(),
  };
}
