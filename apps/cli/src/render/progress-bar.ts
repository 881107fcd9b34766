import { formatNumber } from "./number.ts";

const BAR_WIDTH = 24;

/** A single line that shows how far a set of trials is; silent unless a person watches. */
export interface ProgressBar {
  update(index: number, progress: { readonly step: number; readonly steps: number; readonly loss: number }): void;
  /** Removes the line, so that results can be printed in its place. */
  clear(): void;
}

export function progressBar(
  stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  names: readonly string[],
  enabled: boolean,
): ProgressBar {
  if (!enabled || stream.isTTY !== true) return { update: () => undefined, clear: () => undefined };
  const done = names.map(() => 0);
  return {
    update(index, { step, steps, loss }) {
      done[index] = step / steps;
      const overall = done.reduce((sum, part) => sum + part, 0) / names.length;
      const filled = Math.round(overall * BAR_WIDTH);
      const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
      const line = `  ${bar} ${Math.round(overall * 100)} %  ${names[index]} step ${step}, loss ${formatNumber(loss, 4)}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear: () => stream.write("\r\u001b[K"),
  };
}
