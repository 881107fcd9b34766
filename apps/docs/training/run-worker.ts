import type { Failure, OfRun, PacedOrder } from "./messages.ts";

/** A worker that does the work of one config at a time. */
export interface RunWorker<Config> {
  /** Lets the run go on until so many steps are done; begins it, and hires the worker, where that has not happened. */
  goOn(until: number): void;
  /** Ends the run; what the worker still says of it is not heard. The next one has this config. */
  renew(config: Config): void;
  /** Sends the worker away. */
  dismiss(): void;
}

/** Why a worker says nothing. */
export const NO_WORKER = "its worker could not run in this browser";

/** Opens a worker for runs: nothing is loaded before the first of them begins. */
export function openRunWorker<Config, Said extends object>(
  hire: () => Worker,
  first: Config,
  hear: (said: Said | Failure) => void,
  noWorker: string = NO_WORKER,
): RunWorker<Config> {
  let worker: Worker | undefined;
  let config = first;
  let run = 0;
  let hasBegun = false;

  const order = (message: PacedOrder<Config>): void => worker?.postMessage(message);

  function dismiss(): void {
    worker?.terminate();
    worker = undefined;
  }

  function hired(): Worker {
    const one = hire();
    one.addEventListener("message", ({ data }: MessageEvent<OfRun<Said | Failure>>) => {
      if (data.run === run) hear(data);
    });
    one.addEventListener("error", () => {
      dismiss();
      hear({ failure: noWorker });
    });
    return one;
  }

  return {
    goOn(until) {
      if (!hasBegun) {
        try {
          worker ??= hired();
        } catch {
          return hear({ failure: noWorker });
        }
        hasBegun = true;
        order({ kind: "begin", run, config });
      }
      order({ kind: "goOn", run, until });
    },
    renew(next) {
      config = next;
      run += 1;
      hasBegun = false;
    },
    dismiss,
  };
}
