/** Tells how far a command is: on a terminal one line that rewrites itself, elsewhere a line every few seconds. */
export interface ProgressLine {
  update(text: string): void;
  /** Removes the line, so that results can be printed in its place. */
  clear(): void;
}

/** Rarely enough for a log file, often enough for somebody who waits. */
const SECONDS_BETWEEN_LINES = 5;

export function progressLine(
  stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  enabled: boolean,
): ProgressLine {
  if (!enabled) return { update: () => undefined, clear: () => undefined };
  if (stream.isTTY === true) {
    return {
      update: (text) => stream.write(`\r\u001b[K  ${text.slice(0, (stream.columns || 80) - 3)}`), // a terminal of unknown width says 0,
      clear: () => stream.write("\r\u001b[K"),
    };
  }
  let last = performance.now();
  return {
    update(text) {
      if (performance.now() - last < SECONDS_BETWEEN_LINES * 1000) return;
      last = performance.now();
      stream.write(`  ${text}\n`);
    },
    clear: () => undefined,
  };
}
