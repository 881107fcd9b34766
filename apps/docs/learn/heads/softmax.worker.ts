import type { AnswerTo, Asked } from "../ask-worker.ts";
import { softmaxLosses, type SoftmaxLosses, type SoftmaxOf } from "./softmax-losses.ts";

/** Measures beside the page. */
self.addEventListener("message", ({ data: { id, question } }: MessageEvent<Asked<SoftmaxOf>>) => {
  self.postMessage({ id, answer: softmaxLosses(question) } satisfies AnswerTo<SoftmaxLosses>);
});
