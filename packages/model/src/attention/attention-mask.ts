import type { PromptBatch, Shape } from "@onestep/core";
import type { AttentionTransformer } from "./attention-transformer.ts";

/** Which tokens attend to which: 1 where they do, 0 where not. */
export interface AttentionMask {
  /** Its axes: attending tokens n and tokens attended to m; with prompts of different lengths, prompts b too. */
  readonly axes: "nm" | "bnm";
  readonly shape: Shape;
  readonly values: Float64Array;
}

/**
 * Whom the tokens `from`, …, n attend to, the query being token n, counted from 0.
 *
 * Rows after a short context's end are attended to by nobody. Every token has at least one to attend to.
 */
export function attentionMask(
  { mask = "prefix", attendsToQuery = false }: AttentionTransformer,
  { count, contextLength: n, lengths }: PromptBatch,
  from: number,
): AttentionMask {
  const attends = (reader: number, token: number, length: number): boolean => {
    if (token === n) return attendsToQuery && (reader === n || mask === "prefix");
    return token < length && (mask === "prefix" || token <= reader || reader >= length);
  };
  const prompts = lengths === undefined ? [n] : Array.from({ length: count }, (_, prompt) => lengths[prompt]);
  const readers = n + 1 - from;
  const values = new Float64Array(prompts.length * readers * (n + 1));
  let at = 0;
  for (const length of prompts) {
    for (let reader = from; reader <= n; reader++) {
      for (let token = 0; token <= n; token++) values[at++] = attends(reader, token, length) ? 1 : 0;
    }
  }
  const shape = [readers, n + 1];
  return lengths === undefined ? { axes: "nm", shape, values } : { axes: "bnm", shape: [count, ...shape], values };
}
