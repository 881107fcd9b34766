import { identified } from "./identified.ts";
import { certificateOf, slowerLevels, theoryOf } from "./lab-theory.ts";
import type { Answer, Question } from "./survey-messages.ts";

/** Answers questions beside the page and the training, one after another. */

let last: Promise<void> = Promise.resolve();

self.addEventListener("message", ({ data: question }: MessageEvent<Question>) => {
  last = last.then(() => answer(question));
});

async function answer(question: Question): Promise<void> {
  const { id, config } = question;
  const tell = (said: Omit<Answer, "id">): void => self.postMessage({ id, ...said } satisfies Answer);
  try {
    if (question.kind === "identify") {
      return tell({ identified: await identified(config, question.parameters, question) });
    }
    let theory = theoryOf(config);
    tell({ theory });
    theory = { ...theory, levels: [...theory.levels, ...slowerLevels(config)] };
    tell({ theory });
    if (theory.optimum === undefined) tell({ theory: { ...theory, certificate: certificateOf(config) } });
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error) });
  } finally {
    tell({ done: true });
  }
}
