/** When a curve first falls below a loss, between two looks along their chord; the last look where it never does. */
export function timeBelow(loss: number, times: readonly number[], losses: readonly number[]): number {
  const at = losses.findIndex((value) => value < loss);
  if (at < 1) return times[times.length - 1];
  const share = (losses[at - 1] - loss) / (losses[at - 1] - losses[at]);
  return times[at - 1] + share * (times[at] - times[at - 1]);
}
