import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch, type ComputedRef, type Ref } from "vue";

import { keepAddress } from "../../figures/keep-address.ts";
import { openSession, type TrainingSession } from "../../training/session.ts";
import { data as defaultTheory } from "./default-theory.data.ts";
import { addressOf, configOf, DEFAULT_SETTING, settingAt, type DepthSetting } from "./depth-setting.ts";
import type { DepthTheory, TheoryOf } from "./depth-theory.ts";
import type { Answer, Question } from "./theory-messages.ts";

/** What the figures of the page share: what the reader chose, what theory says of it, and the training. */
export interface Depth {
  readonly setting: Readonly<Ref<DepthSetting>>;
  choose(next: Partial<DepthSetting>): void;
  /** Of the setting, or, while `isComputing`, of the one before. */
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

  keepAddress(
    (search) => {
      const address = settingAt(search);
      choose(address.setting);
      if (address.step > 0) session.goTo(address.step);
    },
    () => addressOf({ setting: setting.value, step: session.status.value === "playing" ? 0 : session.step.value }),
  );
  const asked = computed<TheoryOf>(() => {
    const { contextLength, dimension, noiseVariance, layers } = setting.value;
    return { contextLength, dimension, noiseVariance, layers };
  });
  return { setting, choose, session, ...askTheory(asked) };
}

/** Asks the worker whenever the question changes; a part of an answer replaces that part of the one before. */
function askTheory(asked: ComputedRef<TheoryOf>): Pick<Depth, "theory" | "isComputing"> {
  const theory = shallowRef<DepthTheory>(defaultTheory);
  const isComputing = ref(false);
  let worker: Worker | undefined;
  let id = 0;

  function hire(): Worker {
    const hired = new Worker(new URL("./theory.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.id !== id) return;
      theory.value = { ...theory.value, ...data.part };
      if (data.isLast) isComputing.value = false;
    });
    return hired;
  }

  onMounted(() => {
    let answered = JSON.stringify(asked.value);
    const ask = (setting: TheoryOf): void => {
      // Most changes are of the training, of which the question does not speak.
      if (JSON.stringify(setting) === answered) return;
      answered = JSON.stringify(setting);
      isComputing.value = true;
      id += 1;
      worker ??= hire();
      worker.postMessage({ id, setting } satisfies Question);
    };
    watch(asked, ask);
  });
  onBeforeUnmount(() => worker?.terminate());
  return { theory, isComputing };
}
