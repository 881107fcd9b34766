import type { AnswerTo, Asked } from "../ask-worker.ts";
import { theoryParts, type DepthTheory, type TheoryOf } from "./depth-theory.ts";

/** Computes beside the page. A new question ends the answer to the one before. */

let latest = 0;

self.addEventListener("message", ({ data }: MessageEvent<Asked<TheoryOf>>) => {
  latest = data.id;
  void reply(data);
});

async function reply({ id, question }: Asked<TheoryOf>): Promise<void> {
  for (const answer of theoryParts(question)) {
    self.postMessage({ id, answer } satisfies AnswerTo<DepthTheory>);
    // A newer question may be waiting.
    await new Promise((resolve) => setTimeout(resolve));
    if (id !== latest) return;
  }
}
