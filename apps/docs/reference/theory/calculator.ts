import { onBeforeUnmount, ref, shallowRef, type Ref } from "vue";

import type { Answer } from "./answer.ts";
import type { Question } from "./question.ts";

export type CalculatorStatus = "answered" | "computing" | "refused" | "failed";

/** Answers questions beside the page: one at a time, always the last one asked. */
export interface Calculator {
  readonly status: Readonly<Ref<CalculatorStatus>>;
  /** The last answer, which stays while the next is computed. */
  readonly answer: Readonly<Ref<Answer>>;
  ask(question: Question): void;
}

/** Opens a calculator with an answer that is known. The laboratory is loaded with the first question. */
export function openCalculator(known: Answer): Calculator {
  const status = ref<CalculatorStatus>("answered");
  const answer = shallowRef(known);
  let worker: Worker | undefined;

  function hire(): Worker {
    const hired = new Worker(new URL("./calculator.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      answer.value = data;
      status.value = "refusal" in data ? "refused" : "answered";
    });
    hired.addEventListener("error", () => (status.value = "failed"));
    return hired;
  }

  function ask(question: Question): void {
    // A question that nobody waits for any more is dropped with its worker.
    if (status.value === "computing") dismiss();
    status.value = "computing";
    worker ??= hire();
    worker.postMessage(question);
  }

  function dismiss(): void {
    worker?.terminate();
    worker = undefined;
  }

  onBeforeUnmount(dismiss);
  return { status, answer, ask };
}
