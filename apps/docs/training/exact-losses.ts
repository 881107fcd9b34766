import type { Progress } from "./messages.ts";

/** The loss without sampling error, on the steps where it is known. */
export function exactLosses(trace: readonly Progress[]): readonly (readonly [step: number, loss: number])[] {
  return trace.flatMap(({ step, point }) => (point?.exactLoss === undefined ? [] : [[step, point.exactLoss] as const]));
}
