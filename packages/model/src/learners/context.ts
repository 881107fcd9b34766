import { checkValues, DomainError, dot, type Matrix, type PromptBatch } from "@onestep/core";
import { requireOneQuery } from "../lsa/one-query.ts";
import type { Prediction } from "./learner.ts";

/** The labelled pairs of one prompt, without padding. */
export interface Context {
  /** X, `[n, d]` */
  readonly covariates: Matrix;
  /** y, `[n]` */
  readonly responses: Float64Array;
}

/**
 * The contexts of a batch, one a prompt, each cut to its own length.
 *
 * @throws ShapeError for several queries a prompt, or arrays of another size than the batch states
 * @throws DomainError for a length outside 1…n, or a number that is not finite
 */
export function contextsOf(where: string, prompts: PromptBatch): Context[] {
  requireOneQuery(where, prompts);
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates, lengths } = prompts;
  checkValues(`${where}: covariates`, requireFinite(where, covariates), [count, n, d]);
  checkValues(`${where}: responses`, requireFinite(where, responses), [count, n]);
  checkValues(`${where}: queryCovariates`, requireFinite(where, queryCovariates), [count, d]);
  if (lengths !== undefined) checkValues(`${where}: lengths`, lengths, [count]);
  return Array.from({ length: count }, (_, prompt) => {
    const length = requireLength(where, lengths?.[prompt] ?? n, n);
    const [start, end] = [prompt * n, prompt * n + length];
    return {
      covariates: { rows: length, columns: d, values: covariates.subarray(start * d, end * d) },
      responses: responses.subarray(start, end),
    };
  });
}

/** Xᵀr, `[d]` */
export function crossProduct({ covariates }: Context, residual: Float64Array): Float64Array {
  const { columns, values } = covariates;
  const product = new Float64Array(columns);
  for (let i = 0; i < residual.length; i++) {
    for (let j = 0; j < columns; j++) product[j] += values[i * columns + j] * residual[i];
  }
  return product;
}

/** A rule that gives weights ŵ as a rule that predicts ⟨ŵ, x_q⟩. */
export function byWeights(weightsOf: (context: Context) => Float64Array): (context: Context) => Prediction {
  return (context) => {
    const weights = weightsOf(context);
    return (query) => dot(weights, query);
  };
}

function requireFinite(where: string, values: Float64Array): Float64Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return values;
  throw new DomainError({
    where,
    expected: "prompts of finite numbers",
    arrived: `${values[at]} at position ${at}`,
    hint: "leave out prompts with missing values",
  });
}

function requireLength(where: string, length: number, longest: number): number {
  if (Number.isSafeInteger(length) && length >= 1 && length <= longest) return length;
  throw new DomainError({
    where: `${where}: lengths`,
    expected: `context lengths from 1 to ${longest}`,
    arrived: String(length),
    hint: "a context holds at least one labelled pair",
  });
}
