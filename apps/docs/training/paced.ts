import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type ComputedRef, type Ref } from "vue";

import type { Failure, OfRun, PacedOrder, PacedReport } from "./messages.ts";

export type PacedStatus = "ready" | "playing" | "paused" | "finished" | "failed";

/** Work done step by step beside the page, which a reader plays, pauses and steps. */
export interface PacedSession<Config, Report> {
  readonly status: Readonly<Ref<PacedStatus>>;
  /** Every step done so far. */
  readonly trace: Readonly<Ref<readonly Report[]>>;
  readonly step: ComputedRef<number>;
  /** Why it failed, in the words of the error. */
  readonly failure: Readonly<Ref<string>>;
  /** Goes on; begins anew where the run failed. */
  play(): void;
  pause(): void;
  /** Goes to a step further on, as fast as it can; what has failed goes no further. */
  goTo(step: number): void;
  /** Forgets the run; the next one has this config. */
  reset(config: Config): void;
}

/** How a session is opened. */
export interface PacedPlan<Config, Said = never> {
  /** A worker that understands `PacedOrder`s. */
  readonly hire: () => Worker;
  readonly first: Config;
  /** How long the work of a config is. */
  readonly stepsOf: (config: Config) => number;
  /** A whole run takes so long to watch, if the machine keeps up; a function is asked at every frame. */
  readonly seconds: number | (() => number);
  /** What else the worker says of a run, beside the reports of its steps. */
  readonly hear?: (said: Said, fail: (reason: string) => void) => void;
  /** Forgets what was heard of the run before. */
  readonly forget?: () => void;
}

/** Why a worker says nothing. */
export const NO_WORKER = "its worker could not run in this browser";

/** How long one order may keep a worker, in milliseconds. */
const LONGEST_ORDER = 250;

/** Opens a session; its worker starts with the first step, so that a page that is only read loads none of it. */
export function openPaced<Config, Report extends PacedReport, Said extends object = never>(
  plan: PacedPlan<Config, Said>,
): PacedSession<Config, Report> {
  const { stepsOf, seconds } = plan;
  const pace = typeof seconds === "number" ? (): number => seconds : seconds;
  const status = ref<PacedStatus>("ready");
  const trace = shallowRef<Report[]>([]);
  const step = computed(() => trace.value[trace.value.length - 1]?.step ?? 0);
  const failure = ref("");
  let config = plan.first;
  let worker: Worker | undefined;
  let run = 0;
  let until = 0;
  let hasBegun = false;
  let frame = 0;
  let redraw = 0;

  const order = (message: PacedOrder<Config>): void => worker?.postMessage(message);

  function hire(): Worker {
    const hired = plan.hire();
    hired.addEventListener("message", ({ data }: MessageEvent<OfRun<Report | Failure | Said>>) => {
      if (data.run !== run) return;
      if ("failure" in data) return fail(data.failure);
      if (!("step" in data)) return plan.hear?.(data, fail);
      trace.value.push(data);
      // Many steps are done between two frames, and drawn together.
      redraw ||= requestAnimationFrame(draw);
    });
    hired.addEventListener("error", () => {
      hired.terminate();
      worker = undefined;
      fail(NO_WORKER);
    });
    return hired;
  }

  function fail(reason: string): void {
    failure.value = reason;
    status.value = "failed";
  }

  function draw(): void {
    redraw = 0;
    // Another array, so that a component that is handed the trace sees that it has grown.
    trace.value = [...trace.value];
    if (step.value === stepsOf(config)) status.value = "finished";
  }

  function advance(to: number): void {
    if (!hasBegun) {
      try {
        worker ??= hire();
      } catch {
        return fail(NO_WORKER);
      }
      hasBegun = true;
      order({ kind: "begin", run, config });
    }
    until = Math.min(stepsOf(config), Math.max(until, Math.ceil(to)));
    order({ kind: "goOn", run, until });
  }

  function play(): void {
    if (status.value === "playing" || status.value === "finished") return;
    // What has failed goes no further: it begins anew.
    if (status.value === "failed") reset(config);
    status.value = "playing";
    const steps = stepsOf(config);
    let last: number | undefined;
    let owed = 0;
    let ordered = { at: 0, size: 0 };
    const onFrame = (now: number): void => {
      if (status.value !== "playing") return;
      // No frames are made up for: where the machine is slow, the run takes longer.
      const frameTime = now - (last ?? now);
      owed += (Math.min(frameTime, 100) / 1000 / pace()) * steps;
      last = now;
      const done = trace.value[trace.value.length - 1]?.step ?? 0;
      if (done >= until && owed >= 1) {
        // A worker hears of a pause between two orders: none is longer than a reader waits for it.
        const perMillisecond = ordered.size / (now - ordered.at);
        const time = Math.max(LONGEST_ORDER, 2 * frameTime); // where frames are slow, it is not the worker that was
        const size = Math.max(1, Math.floor(Math.min(owed, perMillisecond * time)));
        advance(done + size);
        ordered = { at: now, size };
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

  function reset(next: Config): void {
    plan.forget?.();
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
      if (status.value === "finished" || status.value === "failed") return;
      status.value = "paused";
      advance(to);
    },
  };
}
