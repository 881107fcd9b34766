import { Interruption } from "../errors.ts";

/** What an interruption says of the work that it ends. */
export interface InterruptedWork {
  /** The command, and what it was to finish: `"verify"`, `"the trials"`. */
  readonly command: string;
  readonly what: string;
  /** How far it came. */
  readonly describe: () => string;
  /** What to do now. */
  readonly hint: string;
}

/** Rejects with an `Interruption` on SIGINT or SIGTERM; `stop` gives the signals back. */
export function listenForInterruption({ command, what, describe, hint }: InterruptedWork): {
  readonly promise: Promise<never>;
  readonly stop: () => void;
} {
  let refuse: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  promise.catch(() => undefined); // heard, also while nobody waits for it
  const onSignal = (signal: NodeJS.Signals): void => {
    refuse(
      new Interruption({
        where: command,
        expected: `${what} to finish`,
        arrived: `${signal} with ${describe()}`,
        hint,
      }),
    );
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  return { promise, stop: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal) };
}
