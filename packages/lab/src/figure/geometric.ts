import { power } from "@onestep/core";
/** Numbers in geometric progression between two positive ones, both among them: where to draw a curve on a log axis. */
export function geometric(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => (k === count - 1 ? to : from * power(to / from, k / (count - 1))));
}
