import type { TrainedParameters, TrainingConfig } from "@onestep/lab";
import { onBeforeUnmount, ref, shallowRef, type Ref } from "vue";

import { NO_WORKER } from "../training/run-worker.ts";
import type { Identified } from "./identified.ts";
import type { LabTheory } from "./lab-theory.ts";
import type { Answer, Question } from "./survey-messages.ts";

/** What the page asks a worker: theory before the training, and which algorithm the weights are, while it runs. */
export interface Survey {
  readonly theory: Readonly<Ref<LabTheory | undefined>>;
  readonly identified: Readonly<Ref<Identified | undefined>>;
  /** Why theory is silent; empty where it speaks. */
  readonly failure: Readonly<Ref<string>>;
  /** A new config: what was known is forgotten. */
  ask(config: TrainingConfig): void;
  /** While another question is open, only the last of these waits. */
  identify(weights: WeightsAtRest): void;
  /** The weights are gone: so is what they were. */
  forget(): void;
}

/** Weights, and the draws by which they are to be told. */
export interface WeightsAtRest {
  readonly config: TrainingConfig;
  readonly parameters: TrainedParameters;
  readonly step: number;
  readonly draws: number;
}

/** Opens a survey; its worker starts with the first question. */
export function openSurvey(): Survey {
  const theory = shallowRef<LabTheory>();
  const identified = shallowRef<Identified>();
  const failure = ref("");
  let worker: Worker | undefined;
  let id = 0;
  let open: number | undefined;
  let waiting: WeightsAtRest | undefined;
  /** Answers to older questions about weights are not heard. */
  let eldest = 0;

  function hire(): Worker {
    const hired = new Worker(new URL("./survey.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.theory !== undefined && data.id === open) theory.value = data.theory;
      if (data.identified !== undefined && data.id >= eldest) identified.value = data.identified;
      if (data.failure !== undefined && data.id === open && theory.value === undefined) failure.value = data.failure;
      if (data.done && data.id === open) {
        open = undefined;
        const next = waiting;
        waiting = undefined;
        if (next !== undefined) send({ kind: "identify", id: ++id, ...next });
      }
    });
    hired.addEventListener("error", () => {
      hired.terminate();
      worker = undefined;
      open = undefined;
      failure.value = NO_WORKER;
    });
    return hired;
  }

  function send(question: Question): void {
    try {
      worker ??= hire();
    } catch {
      failure.value = NO_WORKER;
      return;
    }
    open = question.id;
    worker.postMessage(question);
  }

  function forget(): void {
    identified.value = undefined;
    waiting = undefined;
    eldest = id + 1;
  }

  onBeforeUnmount(() => worker?.terminate());
  return {
    theory,
    identified,
    failure,
    ask(config) {
      forget();
      theory.value = undefined;
      failure.value = "";
      if (open !== undefined) {
        // What it computes is of no use any more.
        worker?.terminate();
        worker = undefined;
        open = undefined;
      }
      send({ kind: "theory", id: ++id, config });
    },
    identify(weights) {
      if (open === undefined) send({ kind: "identify", id: ++id, ...weights });
      else waiting = weights;
    },
    forget,
  };
}
