import { DomainError } from "../errors.ts";
import { checkValues } from "../tensor/checks.ts";
import type { ContextStatistics } from "./context-statistics.ts";
import type { PromptBatch } from "./prompt-batch.ts";

/**
 * The gate for prompts from outside: every array has the size that the batch states, every number is finite, and every
 * length is one.
 *
 * @throws ShapeError for sizes that are not whole and positive, or an array of another size; DomainError for a number
 * that is not finite, or a length outside 1…n
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * checkPrompts("reader", prompts);
 */
export function checkPrompts(where: string, prompts: PromptBatch): void {
  checkPromptSizes(where, prompts);
  const { covariates, responses, queryCovariates, queryResponses } = prompts;
  requireFinite(where, { covariates, responses, queryCovariates, queryResponses });
}

/**
 * All of `checkPrompts` that costs no look at every number: for a reader whose result, if it is finite, says that they are.
 *
 * @throws ShapeError, DomainError, as `checkPrompts`
 */
export function checkPromptSizes(where: string, prompts: PromptBatch): void {
  const { count, contextLength, dimension, covariates, responses } = prompts;
  checkValues(`${where}: covariates`, covariates, [count, contextLength, dimension]);
  checkValues(`${where}: responses`, responses, [count, contextLength]);
  checkQueriesAndLengths(where, prompts);
}

/**
 * The same gate for prompts that come as statistics; S may be left out.
 *
 * @throws ShapeError, DomainError, as `checkPrompts`
 *
 * @example
 * const statistics = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariateGram: Float64Array.of(4), crossProduct: Float64Array.of(6), responseEnergy: Float64Array.of(9),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * checkContextStatistics("reader", statistics);
 */
export function checkContextStatistics(where: string, statistics: ContextStatistics): void {
  const { count, contextLength, dimension, covariateGram, crossProduct, responseEnergy } = statistics;
  const { queryCovariates, queryResponses } = statistics;
  requireWhole(`${where}: contextLength`, contextLength, "a whole number of pairs, at least 1");
  if (covariateGram.length > 0) {
    checkValues(`${where}: covariateGram`, covariateGram, [count, (dimension * (dimension + 1)) / 2]);
  }
  checkValues(`${where}: crossProduct`, crossProduct, [count, dimension]);
  checkValues(`${where}: responseEnergy`, responseEnergy, [count]);
  checkQueriesAndLengths(where, statistics);
  requireFinite(where, { covariateGram, crossProduct, responseEnergy, queryCovariates, queryResponses });
}

function checkQueriesAndLengths(
  where: string,
  {
    count,
    contextLength,
    dimension,
    queryCovariates,
    queryResponses,
    queries,
    lengths,
  }: PromptBatch | ContextStatistics,
): void {
  const perPrompt = queries === undefined ? [count] : [count, queries];
  checkValues(`${where}: queryCovariates`, queryCovariates, [...perPrompt, dimension]);
  checkValues(`${where}: queryResponses`, queryResponses, perPrompt);
  if (lengths === undefined) return;
  checkValues(`${where}: lengths`, lengths, [count]);
  for (const length of lengths) {
    requireWhole(`${where}: lengths`, length, `context lengths from 1 to ${contextLength}`, contextLength);
  }
}

function requireFinite(where: string, arrays: Readonly<Record<string, Float64Array>>): void {
  for (const [name, values] of Object.entries(arrays)) {
    if (areFinite(values)) continue;
    const at = values.findIndex((value) => !Number.isFinite(value));
    throw new DomainError({
      where: `${where}: ${name}`,
      expected: "finite numbers",
      arrived: `${values[at]} at position ${at}`,
      hint: "leave out prompts with missing values",
    });
  }
}

/** x − x is 0 for every finite x and NaN for all else. Every batch of a training run passes here: four sums, no branch. */
function areFinite(values: Float64Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = values.length % 4;
  for (let i = 0; i < at; i++) a += values[i] - values[i];
  for (; at < values.length; at += 4) {
    a += values[at] - values[at];
    b += values[at + 1] - values[at + 1];
    c += values[at + 2] - values[at + 2];
    d += values[at + 3] - values[at + 3];
  }
  return a + b + c + d === 0;
}

function requireWhole(where: string, value: number, expected: string, most = Infinity): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  throw new DomainError({
    where,
    expected,
    arrived: String(value),
    hint: "a context holds at least one labelled pair",
  });
}
