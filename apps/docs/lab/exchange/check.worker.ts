import { LARGEST_MEASURABLE, parsePromptLaw, promptsFromCsv } from "@onestep/data";
import { checkLaw, checkPrompts } from "@onestep/lab";

import type { CheckOrder, CheckReply } from "./check-messages.ts";

/** Makes one certificate beside the page. */
self.addEventListener("message", ({ data: order }: MessageEvent<CheckOrder>) => {
  const tell = (reply: CheckReply): void => self.postMessage(reply);
  const { seed } = order;
  const onProgress = (doing: string, share: number): void => tell({ doing, share });
  try {
    const check =
      "law" in order
        ? checkLaw(parsePromptLaw(order.law), { seed, onProgress })
        : checkPrompts(promptsFromCsv(order.prompts, { largest: LARGEST_MEASURABLE }), { seed, onProgress });
    tell({ check });
  } catch (error) {
    tell({ failure: (error as Error).message });
  }
});
