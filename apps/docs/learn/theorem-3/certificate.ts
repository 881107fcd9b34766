import type { LawCheck } from "@onestep/lab";
import { onBeforeUnmount, ref, shallowRef, type Ref } from "vue";

import type { Answer, Question } from "./certificate-messages.ts";
import type { LawToCheck } from "./symmetry.ts";

/** A certificate that a reader asks for. */
export interface Certificate {
  readonly status: Readonly<Ref<"silent" | "asking" | "answered" | "failed">>;
  /** What is being done. */
  readonly doing: Readonly<Ref<string>>;
  readonly check: Readonly<Ref<LawCheck | undefined>>;
  readonly failure: Readonly<Ref<string>>;
  ask(law: LawToCheck): void;
  /** Forgets the answer, and ends the work on it. */
  forget(): void;
}

/** Opens a certificate; its worker starts with the first question. */
export function openCertificate(): Certificate {
  const status = ref<"silent" | "asking" | "answered" | "failed">("silent");
  const doing = ref("");
  const check = shallowRef<LawCheck>();
  const failure = ref("");
  let worker: Worker | undefined;
  let asked = 0;

  function hire(): Worker {
    const hired = new Worker(new URL("./certificate.worker.ts", import.meta.url), { type: "module" });
    hired.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.id !== asked) return;
      if ("check" in data) [check.value, status.value] = [data.check, "answered"];
      else if ("failure" in data) fail(data.failure);
      else doing.value = data.doing;
    });
    hired.addEventListener("error", () => fail("its worker could not run in this browser"));
    return hired;
  }

  function fail(reason: string): void {
    failure.value = reason;
    status.value = "failed";
  }

  function forget(): void {
    if (status.value === "asking") {
      // A law is checked in one piece: only its worker's end ends it.
      worker?.terminate();
      worker = undefined;
    }
    asked += 1;
    status.value = "silent";
    check.value = undefined;
  }

  onBeforeUnmount(() => worker?.terminate());

  return {
    status,
    doing,
    check,
    failure,
    forget,
    ask(law) {
      forget();
      worker ??= hire();
      status.value = "asking";
      doing.value = "drawing prompts";
      worker.postMessage({ id: asked, law } satisfies Question);
    },
  };
}
