import { theoryParts } from "./depth-theory.ts";
import type { Answer, Question } from "./theory-messages.ts";

/** Computes beside the page. A new question ends the answer to the one before. */

let latest = 0;

self.addEventListener("message", ({ data: { id, setting } }: MessageEvent<Question>) => {
  latest = id;
  void answer({ id, setting });
});

async function answer({ id, setting }: Question): Promise<void> {
  for (const part of theoryParts(setting)) {
    self.postMessage({ id, part, isLast: "gdPlusPlus" in part } satisfies Answer);
    // A newer question may be waiting.
    await new Promise((resolve) => setTimeout(resolve));
    if (id !== latest) return;
  }
}
