// What the threads of a team share: words that only atomic operations touch. The caller announces a step by `REMAINING`;
// whoever claims blocks of it may read the step's memory until they are counted in `DONE`, because the caller waits.

/** Counts announcements; threads without work sleep on it. */
export const ANNOUNCED = 0;
/** Blocks of this step that nobody has claimed. */
export const REMAINING = 1;
/** Blocks of this step that are summed; the caller sleeps on it. */
export const DONE = 2;
/** Whose blocks they are. */
export const EVALUATION = 3;
/** How many blocks are claimed at once. */
export const GRAIN = 4;
/** Whether a block of this step could not be summed. */
export const FAILED = 5;
/** Blocks that other threads than the caller have summed so far. */
export const HELPED = 6;
/** Evaluations that other threads than the caller hold, each thread's counted. */
export const HELD = 7;
export const CONTROL_WORDS = 8;

/** Blocks from ≤ b < to. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/** Takes blocks of the step that is announced; undefined when all are taken. */
export function claimBlocks(control: Int32Array): BlockRange | undefined {
  for (;;) {
    const to = Atomics.load(control, REMAINING);
    if (to === 0) return undefined;
    const from = Math.max(0, to - Math.max(1, Atomics.load(control, GRAIN)));
    if (Atomics.compareExchange(control, REMAINING, to, from) === to) return { from, to };
  }
}

/** Counts claimed blocks as done. */
export function countDone(control: Int32Array, { from, to }: BlockRange): void {
  Atomics.add(control, DONE, to - from);
  Atomics.notify(control, DONE);
}
