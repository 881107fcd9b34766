import type { Failure, PacedOrder, PacedReport } from "./messages.ts";

interface Run {
  readonly id: number;
  isOver: boolean;
  until: number;
  /** Ends the run's rest. */
  wake: () => void;
}

/**
 * Makes this worker do a page's work: one report for each step, and a rest after the step that the page lets it go to.
 * A new run ends the one before.
 */
export function workAtPace<Config, Report extends PacedReport>(
  work: (config: Config) => AsyncIterable<Report> | Iterable<Report>,
): void {
  let current: Run | undefined;
  self.addEventListener("message", ({ data: order }: MessageEvent<PacedOrder<Config>>) => {
    if (order.kind === "begin") {
      if (current !== undefined) {
        current.isOver = true;
        current.wake();
      }
      const run: Run = { id: order.run, isOver: false, until: 0, wake: () => {} };
      current = run;
      follow(run, work(order.config)).catch((error: unknown) => {
        self.postMessage({ run: run.id, failure: String(error) } satisfies Failure);
      });
    } else if (current?.id === order.run) {
      current.until = order.until;
      current.wake();
    }
  });
}

async function follow(run: Run, steps: AsyncIterable<PacedReport> | Iterable<PacedReport>): Promise<void> {
  await rest(run, 0);
  for await (const report of steps) {
    if (run.isOver) return;
    self.postMessage({ ...report, run: run.id });
    await rest(run, report.step);
  }
}

async function rest(run: Run, step: number): Promise<void> {
  while (step >= run.until && !run.isOver) await new Promise<void>((wake) => (run.wake = wake));
}
