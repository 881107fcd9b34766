import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type ComputedRef, type Ref } from "vue";

import type { Failure, PacedReport } from "./messages.ts";
import { openPacer } from "./pacer.ts";
import { openRunWorker } from "./run-worker.ts";

export type PacedStatus = "ready" | "playing" | "paused" | "finished" | "failed";

/** Work done step by step beside the page, which a reader plays, pauses and steps. */
export interface PacedSession<Config, Report> {
  readonly status: Readonly<Ref<PacedStatus>>;
  /** Every step done so far. */
  readonly trace: Readonly<Ref<readonly Report[]>>;
  readonly step: ComputedRef<number>;
  /** Why it failed, in the words of the error. */
  readonly failure: Readonly<Ref<string>>;
  /** Goes on; begins anew where the run has finished or failed. */
  play(): void;
  pause(): void;
  /** Goes to a step further on, as fast as it can; what has failed goes no further. */
  goTo(step: number): void;
  /** Forgets the run; the next one has this config, the same if omitted. */
  reset(config?: Config): void;
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

/** Opens a session; its worker starts with the first step, so that a page that is only read loads none of it. */
export function openPaced<Config, Report extends PacedReport, Said extends object = never>(
  plan: PacedPlan<Config, Said>,
): PacedSession<Config, Report> {
  const { stepsOf, seconds } = plan;
  const status = ref<PacedStatus>("ready");
  const trace = shallowRef<Report[]>([]);
  const step = computed(() => lastStep(trace.value));
  const failure = ref("");
  const worker = openRunWorker<Config, Report | Said>(plan.hire, plan.first, hear);
  let config = plan.first;
  let until = 0;
  let frame = 0;
  let redraw = 0;

  function hear(said: Report | Said | Failure): void {
    if ("failure" in said) return fail(said.failure);
    if (!("step" in said)) return plan.hear?.(said, fail);
    trace.value.push(said);
    // Many steps are done between two frames, and drawn together.
    redraw ||= requestAnimationFrame(draw);
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
    until = Math.min(stepsOf(config), Math.max(until, Math.ceil(to)));
    worker.goOn(until);
  }

  function play(): void {
    if (status.value === "playing") return;
    // What has come to an end goes no further.
    if (status.value === "finished" || status.value === "failed") reset();
    status.value = "playing";
    const pacer = openPacer(stepsOf(config), typeof seconds === "number" ? () => seconds : seconds);
    const onFrame = (now: number): void => {
      if (status.value !== "playing") return;
      const done = lastStep(trace.value);
      const size = pacer(now, done >= until);
      if (size > 0) advance(done + size);
      frame = requestAnimationFrame(onFrame);
    };
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(onFrame);
  }

  function pause(): void {
    if (status.value === "playing") status.value = "paused";
  }

  function goTo(to: number): void {
    if (status.value === "finished" || status.value === "failed") return;
    status.value = "paused";
    advance(to);
  }

  function reset(next = config): void {
    plan.forget?.();
    config = next;
    worker.renew(config);
    until = 0;
    trace.value = [];
    failure.value = "";
    status.value = "ready";
  }

  pauseWhenHidden(pause);
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame);
    worker.dismiss();
  });
  return { status, trace, step, failure, play, pause, goTo, reset };
}

/** Of the trace itself: what has been said since the last frame is not drawn yet. */
function lastStep(trace: readonly PacedReport[]): number {
  return trace[trace.length - 1]?.step ?? 0;
}

function pauseWhenHidden(pause: () => void): void {
  const look = (): void => {
    if (document.hidden) pause();
  };
  onMounted(() => document.addEventListener("visibilitychange", look));
  onBeforeUnmount(() => document.removeEventListener("visibilitychange", look));
}
