import type { LawCheck } from "@onestep/lab";
import { onBeforeUnmount, shallowRef, type Ref } from "vue";

import { NO_WORKER } from "../../training/run-worker.ts";
import type { CheckOrder, CheckReply } from "./check-messages.ts";

/** Where a check is; `about` names what is checked. */
export type CheckState =
  | { readonly kind: "idle" }
  | { readonly kind: "checking"; readonly about: string; readonly doing: string; readonly share: number }
  | { readonly kind: "done"; readonly about: string; readonly check: LawCheck }
  | { readonly kind: "failed"; readonly failure: string };

/** Asks whether a theorem applies, one law or one table of prompts at a time. */
export interface Check {
  readonly state: Readonly<Ref<CheckState>>;
  /** Ends any other check. */
  begin(about: string, order: CheckOrder): void;
  stop(): void;
  fail(reason: string): void;
}

/** Opens a check; each has a worker of its own, which is dismissed when it has answered. */
export function openCheck(): Check {
  const state = shallowRef<CheckState>({ kind: "idle" });
  let worker: Worker | undefined;

  function dismiss(): void {
    worker?.terminate();
    worker = undefined;
  }

  function fail(failure: string): void {
    dismiss();
    state.value = { kind: "failed", failure };
  }

  function hire(about: string): Worker {
    const hired = new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<CheckReply>) => {
      if (worker !== hired) return;
      if ("doing" in data) return void (state.value = { kind: "checking", about, ...data });
      if ("failure" in data) return fail(data.failure);
      dismiss();
      state.value = { kind: "done", about, check: data.check };
    });
    hired.addEventListener("error", () => worker === hired && fail(NO_WORKER));
    return hired;
  }

  onBeforeUnmount(dismiss);
  return {
    state,
    begin(about, order) {
      dismiss();
      state.value = { kind: "checking", about, doing: "reading", share: 0 };
      try {
        worker = hire(about);
      } catch {
        return fail(NO_WORKER);
      }
      worker.postMessage(order);
    },
    stop() {
      dismiss();
      state.value = { kind: "idle" };
    },
    fail,
  };
}
