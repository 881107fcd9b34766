import type { PoolLosses } from "./pool-risks.ts";

/** How near to theory a trained layer must come: at the minimum on its own tasks, on a slope of the loss on new ones. */
export const TOLERANCES: PoolLosses = { seen: 0.01, fresh: 0.03 };

/** Holds a trained layer against the best one for its pool. */
export function verdictOf(
  trained: PoolLosses | undefined,
  best: PoolLosses,
): { readonly worst: number; readonly isConfirmed: boolean } {
  if (trained === undefined) return { worst: Infinity, isConfirmed: false };
  const off = { seen: Math.abs(trained.seen / best.seen - 1), fresh: Math.abs(trained.fresh / best.fresh - 1) };
  return {
    worst: Math.max(off.seen, off.fresh),
    isConfirmed: off.seen <= TOLERANCES.seen && off.fresh <= TOLERANCES.fresh,
  };
}
