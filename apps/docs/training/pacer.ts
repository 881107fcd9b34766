/** How long one order may keep a worker, in milliseconds: it hears of a pause between two orders. */
const LONGEST_ORDER = 250;

/** At a frame: how many steps to order next, 0 for none. Nothing is ordered while the order before is not done. */
export type Pacer = (now: number, isDone: boolean) => number;

/**
 * Orders work so that a run of so many steps takes so many seconds to watch. Where the machine is slow, it takes longer, and
 * no order is longer than a reader waits for a pause.
 */
export function openPacer(steps: number, seconds: () => number): Pacer {
  let last: number | undefined;
  let owed = 0;
  let ordered = { at: 0, size: 0 };
  return (now, isDone) => {
    // No frames are made up for.
    const frameTime = now - (last ?? now);
    last = now;
    owed += (Math.min(frameTime, 100) / 1000 / seconds()) * steps;
    let size = 0;
    if (isDone && owed >= 1) {
      const perMillisecond = ordered.size / (now - ordered.at);
      const time = Math.max(LONGEST_ORDER, 2 * frameTime); // where frames are slow, it is not the worker that was
      size = Math.max(1, Math.floor(Math.min(owed, perMillisecond * time)));
      ordered = { at: now, size };
      owed = 0;
    }
    owed = Math.min(owed, steps / 10);
    return size;
  };
}
