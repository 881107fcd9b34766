import { runTraining } from "@onestep/lab";

import type { Failure, Order, Progress } from "./messages.ts";

/** Trains beside the page. A run stands still after the step that it may go to, so the page sets the pace. */

interface Run {
  readonly id: number;
  readonly signal: { aborted: boolean };
  until: number;
  /** Ends the run's rest. */
  wake: () => void;
}

let current: Run | undefined;

self.addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  if (order.kind === "begin") {
    if (current !== undefined) {
      current.signal.aborted = true;
      current.wake();
    }
    const run: Run = { id: order.run, signal: { aborted: false }, until: 0, wake: () => {} };
    current = run;
    follow(run, order).catch((error: unknown) => {
      self.postMessage({ run: run.id, failure: String(error) } satisfies Failure);
    });
  } else if (current?.id === order.run) {
    current.until = order.until;
    current.wake();
  }
});

async function follow(run: Run, { config }: Extract<Order, { kind: "begin" }>): Promise<void> {
  const { signal } = run;
  const rest = async (step: number): Promise<void> => {
    while (step >= run.until && !signal.aborted) await new Promise<void>((wake) => (run.wake = wake));
  };
  await rest(0);
  if (signal.aborted) return;
  await runTraining(config, {
    signal,
    async onState(state) {
      if (signal.aborted) return;
      const { step, steps, loss, point, preconditioner } = state;
      self.postMessage({
        run: run.id,
        step,
        steps,
        batchLoss: loss,
        ...(preconditioner === undefined ? {} : { preconditioner }),
        ...(point === undefined ? {} : { point }),
        ...(point !== undefined || step >= run.until ? { parameters: state.parameters } : {}),
      } satisfies Progress);
      if (step < steps) await rest(step);
    },
  });
}
