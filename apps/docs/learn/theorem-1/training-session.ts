import { computed, onBeforeUnmount, onMounted, ref, shallowRef, triggerRef, type ComputedRef, type Ref } from "vue";

import type { Order, Progress } from "./training-messages.ts";
import { configOf, STEPS, type TrainingSetting } from "./training-setting.ts";

export type TrainingStatus = "ready" | "playing" | "paused" | "finished" | "failed";

/** A training that a reader plays, pauses and steps. */
export interface TrainingSession {
  readonly status: Readonly<Ref<TrainingStatus>>;
  /** Every step done so far. */
  readonly trace: Readonly<Ref<readonly Progress[]>>;
  readonly step: ComputedRef<number>;
  play(): void;
  pause(): void;
  /** Goes to a step further on, as fast as it can. */
  goTo(step: number): void;
  /** Forgets the run; the next one has this setting. */
  reset(setting: TrainingSetting): void;
}

/** A whole run takes this long to watch, if the machine keeps up. */
const SECONDS = 1.6;

/** Opens a session; its worker starts with the first step, so that a page that is only read loads none of it. */
export function openSession(first: TrainingSetting): TrainingSession {
  const status = ref<TrainingStatus>("ready");
  const trace = shallowRef<Progress[]>([]);
  const step = computed(() => trace.value[trace.value.length - 1]?.step ?? 0);
  let setting = first;
  let worker: Worker | undefined;
  let run = 0;
  let until = 0;
  let hasBegun = false;
  let frame = 0;
  let redraw = 0;

  const order = (message: Order): void => worker?.postMessage(message);

  function hire(): Worker {
    const hired = new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<Progress>) => {
      if (data.run !== run) return;
      trace.value.push(data);
      // Many steps are done between two frames, and drawn together.
      redraw ||= requestAnimationFrame(draw);
    });
    hired.addEventListener("error", () => (status.value = "failed"));
    return hired;
  }

  function draw(): void {
    redraw = 0;
    triggerRef(trace);
    if (step.value === STEPS) status.value = "finished";
  }

  function advance(to: number): void {
    if (!hasBegun) {
      worker ??= hire();
      hasBegun = true;
      order({ kind: "begin", run, config: configOf(setting) });
    }
    until = Math.min(STEPS, Math.max(until, Math.ceil(to)));
    order({ kind: "goOn", run, until });
  }

  function play(): void {
    if (status.value === "playing" || status.value === "finished") return;
    status.value = "playing";
    let last: number | undefined;
    let owed = 0;
    const onFrame = (now: number): void => {
      if (status.value !== "playing") return;
      // No frames are made up for: where the machine is slow, the run takes longer.
      owed += (Math.min(now - (last ?? now), 100) / 1000 / SECONDS) * STEPS;
      last = now;
      const done = trace.value[trace.value.length - 1]?.step ?? 0;
      if (done >= until && owed >= 1) {
        advance(done + Math.floor(owed));
        owed = 0;
      }
      owed = Math.min(owed, STEPS / 10);
      frame = requestAnimationFrame(onFrame);
    };
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(onFrame);
  }

  function pause(): void {
    if (status.value === "playing") status.value = "paused";
  }

  function reset(next: TrainingSetting): void {
    setting = next;
    run += 1;
    until = 0;
    hasBegun = false;
    trace.value = [];
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
