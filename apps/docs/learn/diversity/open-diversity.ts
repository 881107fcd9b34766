import { computed, shallowRef, type ComputedRef, type Ref } from "vue";

import { keepRun } from "../../training/keep-run.ts";
import { openPaced, type PacedSession } from "../../training/paced.ts";
import { openSession, type TrainingSession } from "../../training/session.ts";
import type { MemoryEstimate } from "./draw-memory.ts";
import {
  addressOf,
  BLOCKS,
  configOf,
  DEFAULT_SETTING,
  lawOf,
  poolAt,
  STEPS,
  type PoolSetting,
} from "./pool-setting.ts";

/** What a reader plays: the training of a layer, and beside it ideal memories that are asked about the same law. */
export interface Diversity {
  readonly setting: Readonly<Ref<PoolSetting>>;
  choose(next: Partial<PoolSetting>): void;
  readonly training: TrainingSession;
  /** What memories of 1, 2, 4, … tasks err by, as far as they have been asked. */
  readonly memories: ComputedRef<MemoryEstimate["points"]>;
  /** Both at once, at the step of the training. */
  readonly both: Pick<PacedSession<never, never>, "status" | "step" | "play" | "pause" | "goTo" | "reset">;
}

/** Opens the page: its address holds the state. */
export function openDiversity(): Diversity {
  const setting = shallowRef<PoolSetting>(DEFAULT_SETTING);
  const training = openSession(configOf(setting.value), 4);
  const memory = openPaced<PoolSetting, MemoryEstimate>({
    hire: () => new Worker(new URL("./memory.worker.ts", import.meta.url), { type: "module" }),
    first: setting.value,
    stepsOf: () => BLOCKS,
    seconds: 4,
  });

  function choose(next: Partial<PoolSetting>): void {
    const before = lawOf(setting.value);
    setting.value = { ...setting.value, ...next };
    training.reset(configOf(setting.value));
    // What memories know does not depend on M: each is asked at every M.
    if (lawOf(setting.value) !== before) memory.reset(setting.value);
  }

  const both: Diversity["both"] = {
    status: training.status,
    step: training.step,
    play() {
      training.play();
      // What memories know they need not be asked again.
      if (memory.status.value !== "finished") memory.play();
    },
    pause() {
      training.pause();
      memory.pause();
    },
    goTo(step) {
      training.goTo(step);
      memory.goTo((BLOCKS * step) / STEPS);
    },
    reset() {
      training.reset();
      memory.reset();
    },
  };
  keepRun(both, {
    read: poolAt,
    adopt: (address) => choose(address.setting),
    write: (step) => addressOf({ setting: setting.value, step }),
  });
  const memories = computed(() => memory.trace.value[memory.trace.value.length - 1]?.points ?? []);
  return { setting, choose, training, memories, both };
}
