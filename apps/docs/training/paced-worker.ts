import type { Failure, PacedOrder, PacedReport } from "./messages.ts";

/** How the work of one run keeps step with its page. */
export interface Pace {
  /** Aborted by the next run. */
  readonly signal: { readonly aborted: boolean };
  /** Whether the page lets the run go no further than this step, for now. */
  readonly restsAt: (step: number) => boolean;
  /** Ends when the page lets the run go beyond this step, or when it is aborted. */
  readonly rest: (step: number) => Promise<void>;
  /** Tells the page something of this run. */
  readonly say: (message: object) => void;
}

/** Makes this worker do a page's work, one run at a time: a new run aborts the one before. */
export function followPage<Config>(work: (config: Config, pace: Pace) => Promise<void>): void {
  let current: { readonly id: number; readonly begun: Run } | undefined;
  self.addEventListener("message", ({ data: order }: MessageEvent<PacedOrder<Config>>) => {
    if (order.kind === "begin") {
      current?.begun.abort();
      const begun = beginRun((message) => self.postMessage({ ...message, run: order.run }));
      current = { id: order.run, begun };
      begun.pace
        .rest(0)
        .then(() => (begun.pace.signal.aborted ? undefined : work(order.config, begun.pace)))
        .catch((error: unknown) => begun.pace.say({ failure: String(error) } satisfies Failure));
    } else if (current?.id === order.run) current.begun.goOn(order.until);
  });
}

/** The same for work that is a sequence of steps: one report for each, and a rest after the step the page lets it go to. */
export function workAtPace<Config, Report extends PacedReport>(
  steps: (config: Config) => AsyncIterable<Report> | Iterable<Report>,
): void {
  followPage<Config>(async (config, { signal, say, rest }) => {
    for await (const report of steps(config)) {
      if (signal.aborted) return;
      say(report);
      await rest(report.step);
    }
  });
}

interface Run {
  readonly pace: Pace;
  goOn(until: number): void;
  abort(): void;
}

function beginRun(say: (message: object) => void): Run {
  const signal = { aborted: false };
  let until = 0;
  let wake = (): void => {};
  const restsAt = (step: number): boolean => step >= until;
  return {
    pace: {
      signal,
      say,
      restsAt,
      async rest(step) {
        while (restsAt(step) && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      },
    },
    goOn(further) {
      until = further;
      wake();
    },
    abort() {
      signal.aborted = true;
      wake();
    },
  };
}
