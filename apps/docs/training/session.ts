import type { TrainingConfigFile } from "@onestep/lab";
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, triggerRef, type ComputedRef, type Ref } from "vue";

import type { Failure, Order, Progress } from "./messages.ts";

/** A config that says how long its training is. */
export type SessionConfig = TrainingConfigFile & { readonly training: { readonly steps: number } };

export type TrainingStatus = "ready" | "playing" | "paused" | "finished" | "failed";

/** A training that a reader plays, pauses and steps. */
export interface TrainingSession {
  readonly status: Readonly<Ref<TrainingStatus>>;
  /** Every step done so far. */
  readonly trace: Readonly<Ref<readonly Progress[]>>;
  readonly step: ComputedRef<number>;
  /** Why it failed, in the words of the error. */
  readonly failure: Readonly<Ref<string>>;
  play(): void;
  pause(): void;
  /** Goes to a step further on, as fast as it can. */
  goTo(step: number): void;
  /** Forgets the run; the next one has this config. */
  reset(config: SessionConfig): void;
}

/**
 * Opens a session; its worker starts with the first step, so that a page that is only read loads none of it. A whole run
 * takes `seconds` to watch, if the machine keeps up.
 */
export function openSession(first: SessionConfig, seconds = 1.6): TrainingSession {
  const status = ref<TrainingStatus>("ready");
  const trace = shallowRef<Progress[]>([]);
  const step = computed(() => trace.value[trace.value.length - 1]?.step ?? 0);
  const failure = ref("");
  let config = first;
  let worker: Worker | undefined;
  let run = 0;
  let until = 0;
  let hasBegun = false;
  let frame = 0;
  let redraw = 0;

  const order = (message: Order): void => worker?.postMessage(message);

  function hire(): Worker {
    const hired = new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<Progress | Failure>) => {
      if (data.run !== run) return;
      if ("failure" in data) return fail(data.failure);
      trace.value.push(data);
      // Many steps are done between two frames, and drawn together.
      redraw ||= requestAnimationFrame(draw);
    });
    hired.addEventListener("error", () => fail("its worker could not run in this browser"));
    return hired;
  }

  function fail(reason: string): void {
    failure.value = reason;
    status.value = "failed";
  }

  function draw(): void {
    redraw = 0;
    triggerRef(trace);
    if (step.value === config.training.steps) status.value = "finished";
  }

  function advance(to: number): void {
    if (!hasBegun) {
      worker ??= hire();
      hasBegun = true;
      order({ kind: "begin", run, config });
    }
    until = Math.min(config.training.steps, Math.max(until, Math.ceil(to)));
    order({ kind: "goOn", run, until });
  }

  function play(): void {
    if (status.value === "playing" || status.value === "finished") return;
    status.value = "playing";
    const { steps } = config.training;
    let last: number | undefined;
    let owed = 0;
    const onFrame = (now: number): void => {
      if (status.value !== "playing") return;
      // No frames are made up for: where the machine is slow, the run takes longer.
      owed += (Math.min(now - (last ?? now), 100) / 1000 / seconds) * steps;
      last = now;
      const done = trace.value[trace.value.length - 1]?.step ?? 0;
      if (done >= until && owed >= 1) {
        advance(done + Math.floor(owed));
        owed = 0;
      }
      owed = Math.min(owed, steps / 10);
      frame = requestAnimationFrame(onFrame);
    };
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(onFrame);
  }

  function pause(): void {
    if (status.value === "playing") status.value = "paused";
  }

  function reset(next: SessionConfig): void {
    config = next;
    run += 1;
    until = 0;
    hasBegun = false;
    trace.value = [];
    failure.value = "";
    status.value = "ready";
  }

  const pauseWhenHidden = (): void => {
    if (document.hidden) pause();
  };
  onMounted(() => document.addEventListener("visibilitychange", pauseWhenHidden));
  onBeforeUnmount(() => {
    document.removeEventListener("visibilitychange", pauseWhenHidden);
    cancelAnimationFrame(frame);
    worker?.terminate();
  });

  return {
    status,
    trace,
    step,
    failure,
    play,
    pause,
    reset,
    goTo(to) {
      if (status.value === "finished") return;
      status.value = "paused";
      advance(to);
    },
  };
}
