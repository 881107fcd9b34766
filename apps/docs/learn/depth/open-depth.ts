import { ref, type Ref } from "vue";

import { keepRun } from "../../training/keep-run.ts";
import { openSession, type TrainingSession } from "../../training/session.ts";
import { askWorker } from "../ask-worker.ts";
import { data as defaultTheory } from "./default-theory.data.ts";
import { addressOf, configOf, DEFAULT_SETTING, settingAt, type DepthSetting } from "./depth-setting.ts";
import type { DepthTheory, TheoryOf } from "./depth-theory.ts";

/** What the figures of the page share: what the reader chose, what theory says of it, and the training. */
export interface Depth {
  readonly setting: Readonly<Ref<DepthSetting>>;
  choose(next: Partial<DepthSetting>): void;
  /** Of the setting, once it is computed. */
  readonly theory: Readonly<Ref<DepthTheory>>;
  readonly isComputing: Readonly<Ref<boolean>>;
  readonly session: TrainingSession;
}

/** Opens the page: its address holds the state, and its theory is computed in a worker once it is not the default's. */
export function openDepth(): Depth {
  const setting = ref<DepthSetting>(DEFAULT_SETTING);
  const session = openSession(configOf(DEFAULT_SETTING), 3);

  function choose(next: Partial<DepthSetting>): void {
    const before = JSON.stringify(configOf(setting.value));
    setting.value = { ...setting.value, ...next };
    if (JSON.stringify(configOf(setting.value)) !== before) session.reset(configOf(setting.value));
  }

  keepRun(session, {
    read: settingAt,
    adopt: (address) => choose(address.setting),
    write: (step) => addressOf({ setting: setting.value, step }),
  });
  const { answer: theory, isComputing } = askWorker<TheoryOf, DepthTheory>({
    hire: () => new Worker(new URL("./theory.worker.ts", import.meta.url), { type: "module" }),
    question: () => {
      const { contextLength, dimension, noiseVariance, layers } = setting.value;
      return { contextLength, dimension, noiseVariance, layers };
    },
    first: defaultTheory,
    firstQuestion: defaultTheory.of,
    isLast: ({ gdPlusPlus }) => gdPlusPlus !== undefined,
  });
  return { setting, choose, session, theory, isComputing };
}
