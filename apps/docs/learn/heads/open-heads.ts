import { computed, ref, type ComputedRef, type Ref } from "vue";

import { keepRun } from "../../training/keep-run.ts";
import { openSession, type TrainingSession } from "../../training/session.ts";
import { askWorker } from "../ask-worker.ts";
import { addressOf, configOf, DEFAULT_SETTING, settingAt, type HeadsSetting } from "./heads-setting.ts";
import type { HeadsTheory } from "./heads-theory.ts";
import { data as known } from "./known-heads.data.ts";
import { lawKey } from "./law-key.ts";
import type { SoftmaxLosses, SoftmaxOf } from "./softmax-losses.ts";

/** What the figures of the page share. */
export interface Heads {
  readonly setting: Readonly<Ref<HeadsSetting>>;
  choose(next: Partial<HeadsSetting>): void;
  readonly session: TrainingSession;
  readonly theory: ComputedRef<HeadsTheory>;
  /** Of tasks without a mean. */
  readonly softmaxTheory: ComputedRef<HeadsTheory>;
  /** Of the setting, once it is measured. */
  readonly softmax: Readonly<Ref<SoftmaxLosses>>;
  readonly isComputing: Readonly<Ref<boolean>>;
}

/** Opens the page: its address holds the state. */
export function openHeads(): Heads {
  const setting = ref<HeadsSetting>(DEFAULT_SETTING);
  const session = openSession(configOf(DEFAULT_SETTING), 2);

  function choose(next: Partial<HeadsSetting>): void {
    const before = JSON.stringify(configOf(setting.value));
    setting.value = { ...setting.value, ...next };
    if (JSON.stringify(configOf(setting.value)) !== before) session.reset(configOf(setting.value));
  }

  keepRun(session, {
    read: settingAt,
    adopt: (address) => choose(address.setting),
    write: (step) => addressOf({ setting: setting.value, step }),
  });
  const { answer: softmax, isComputing } = askWorker<SoftmaxOf, SoftmaxLosses>({
    hire: () => new Worker(new URL("./softmax.worker.ts", import.meta.url), { type: "module" }),
    question: () => {
      const { contextLength, dimension } = setting.value;
      return { contextLength, dimension };
    },
    first: known.softmax,
    firstQuestion: known.softmax.of,
  });
  return {
    setting,
    choose,
    session,
    theory: computed(() => known.theories[lawKey(setting.value)]),
    softmaxTheory: computed(() => known.theories[lawKey({ ...softmax.value.of, taskMean: 0 })]),
    softmax,
    isComputing,
  };
}
