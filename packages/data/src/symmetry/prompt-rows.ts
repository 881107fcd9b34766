import type { PromptBatch } from "@onestep/core";
import { requirePrompts } from "./require-prompts.ts";

/** All labelled pairs of a batch, queries with their responses included, prompt by prompt. */
export interface PromptRows {
  readonly count: number;
  readonly dimension: number;
  /** Rows of every prompt: n of context, then the queries. */
  readonly rows: number;
  /** n; zero rows fill a shorter context */
  readonly contextRows: number;
  /** Pairs in a prompt's context. */
  readonly lengthOf: (prompt: number) => number;
  /** `[count, rows, dimension]`, in units of `covariateUnit`, scaled to mean square 1 */
  readonly covariates: Float64Array;
  /** `[count, rows]`, in units of `responseUnit`, scaled to mean square 1 */
  readonly responses: Float64Array;
  /** Root mean square of all coordinates. */
  readonly covariateUnit: number;
  /** Root mean square of the responses. */
  readonly responseUnit: number;
}

/**
 * The rows of a batch, in units in which the mean squares of covariates and responses are 1: no power of them overflows,
 * and since a symmetry keeps the mean squares, no test of one notices.
 *
 * @throws ShapeError, DomainError for prompts that are not a batch of finite numbers
 */
export function promptRows(prompts: PromptBatch): PromptRows {
  requirePrompts(prompts);
  const { count, contextLength: n, dimension: d, queries = 1, lengths } = prompts;
  const rows = n + queries;
  const covariates = interleave(count, prompts.covariates, prompts.queryCovariates);
  const responses = interleave(count, prompts.responses, prompts.queryResponses);
  const covariateUnit = toUnitMeanSquare(covariates);
  const responseUnit = toUnitMeanSquare(responses);
  const lengthOf = (prompt: number): number => lengths?.[prompt] ?? n;
  return { count, dimension: d, rows, contextRows: n, lengthOf, covariates, responses, covariateUnit, responseUnit };
}

/** Prompt by prompt, what belongs to its context and then what belongs to its queries. */
function interleave(count: number, context: Float64Array, queries: Float64Array): Float64Array {
  const [ofContext, ofQueries] = [context.length / count, queries.length / count];
  const all = new Float64Array(context.length + queries.length);
  for (let i = 0; i < count; i++) {
    all.set(context.subarray(i * ofContext, (i + 1) * ofContext), i * (ofContext + ofQueries));
    all.set(queries.subarray(i * ofQueries, (i + 1) * ofQueries), i * (ofContext + ofQueries) + ofContext);
  }
  return all;
}

/** Divides by the root mean square, and returns it; zeros stay zeros. */
function toUnitMeanSquare(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 1;
  let sum = 0;
  for (const value of values) sum += (value / largest) * (value / largest);
  const unit = Math.sqrt(sum / values.length);
  for (let at = 0; at < values.length; at++) values[at] = values[at] / largest / unit;
  return largest * unit;
}
