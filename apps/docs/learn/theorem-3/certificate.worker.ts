import { checkLaw } from "@onestep/lab";

import type { Answer, Question } from "./certificate-messages.ts";
import { promptsOf } from "./drawn-law.ts";

/** Checks laws beside the page. */
self.addEventListener("message", ({ data: { id, law } }: MessageEvent<Question>) => {
  const tell = (answer: Answer): void => self.postMessage(answer);
  try {
    const check = checkLaw(promptsOf(law), {
      seed: 0,
      onProgress: (doing, share) => tell({ id, doing, share }),
    });
    tell({ id, check });
  } catch (error) {
    tell({ id, failure: error instanceof Error ? error.message : String(error) });
  }
});
