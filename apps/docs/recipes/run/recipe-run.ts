import type { RecipeReport } from "@onestep/lab";
import { onBeforeUnmount, ref, shallowRef, type Ref } from "vue";

import type { RunNews, RunOrder } from "./messages.ts";

export type RunStatus = "ready" | "running" | "finished" | "failed";

/** A run of a recipe that a reader starts, watches and cancels. */
export interface RecipeRun {
  readonly status: Readonly<Ref<RunStatus>>;
  /** How far it is, 0 ≤ part ≤ 1, and what it does now. */
  readonly part: Readonly<Ref<number>>;
  readonly doing: Readonly<Ref<string>>;
  /** Since its start, by the clock of the page. */
  readonly seconds: Readonly<Ref<number>>;
  readonly report: Readonly<Ref<RecipeReport | undefined>>;
  /** Why it failed, in the words of the error. */
  readonly failure: Readonly<Ref<string>>;
  start(order: RunOrder): void;
  /** Forgets the run, also one that has not ended. */
  reset(): void;
}

/** Opens a run; its worker, and all that recipes need, is loaded with the first start. */
export function openRecipeRun(): RecipeRun {
  const status = ref<RunStatus>("ready");
  const part = ref(0);
  const doing = ref("");
  const seconds = ref(0);
  const report = shallowRef<RecipeReport>();
  const failure = ref("");
  let worker: Worker | undefined;

  function reset(): void {
    worker?.terminate();
    worker = undefined;
    status.value = "ready";
    [part.value, doing.value, seconds.value] = [0, "", 0];
    report.value = undefined;
    failure.value = "";
  }

  function fail(reason: string): void {
    failure.value = reason;
    status.value = "failed";
  }

  function start(order: RunOrder): void {
    reset();
    status.value = "running";
    doing.value = "loading the recipes";
    const hired = new Worker(new URL("./recipe.worker.ts", import.meta.url), { type: "module" });
    let began: number | undefined;
    hired.addEventListener("message", ({ data: news, timeStamp }: MessageEvent<RunNews>) => {
      if (worker !== hired) return;
      seconds.value = (timeStamp - (began ??= timeStamp)) / 1000;
      if ("failure" in news) return fail(news.failure);
      if ("part" in news) return void ([part.value, doing.value] = [news.part, news.doing]);
      report.value = news.report;
      status.value = "finished";
    });
    hired.addEventListener("error", () => {
      if (worker === hired) fail("its worker could not run in this browser");
    });
    worker = hired;
    hired.postMessage({ ...order });
  }

  onBeforeUnmount(() => worker?.terminate());

  return { status, part, doing, seconds, report, failure, start, reset };
}
