import {
  dot,
  matrix,
  multiplyVector,
  transpose,
  zeros,
  type Covariance,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import { inducedWeights } from "@onestep/model";
import { hasWeights, withMirroredResponses, type IdentifiedModel } from "./identified-model.ts";

/** A context, and what the model made of it. */
export interface ObservedPrompt {
  /** n of this prompt */
  readonly length: number;
  /** S = XᵀX, `[d, d]` */
  readonly gram: Matrix;
  /** b = Xᵀy, `[d]` */
  readonly crossProduct: Float64Array;
  /**
   * R, `[m, d]`: weights ŵ and ŵ' differ by ‖R(ŵ − ŵ')‖². Where the query is integrated out RᵀR = E x_q x_qᵀ; where it
   * is drawn R is the row x_qᵀ.
   */
  readonly readout: Matrix;
  /** Rŵ of the model, or ŷ, `[m]` */
  readonly output: Float64Array;
}

/** A model on prompts: its outputs, and the energies of their odd and even parts where both can be told. */
export interface Observations {
  readonly prompts: readonly ObservedPrompt[];
  readonly parts?: { readonly odd: Float64Array; readonly even: Float64Array };
}

/**
 * A model on prompts, one query each. Of a linear transformer the prediction is ⟨ŵ, x_q⟩, and the query is integrated out
 * with its second moment.
 *
 * @param queries E x_q x_qᵀ where it is the same for all contexts; otherwise the drawn query is used
 */
export async function observe(
  model: IdentifiedModel,
  prompts: PromptBatch,
  queries: Covariance | undefined,
): Promise<Observations> {
  if (!hasWeights(model)) {
    const outputs = await model.predict(prompts);
    const mirrored = await model.predict(withMirroredResponses(prompts));
    const half = (sign: number): Float64Array => outputs.map((one, i) => ((one + sign * mirrored[i]) / 2) ** 2);
    return { ...observePredictions(prompts, outputs), parts: { odd: half(-1), even: half(1) } };
  }
  const { weights, odd, even } = inducedWeights(model, prompts);
  const integrated = queries === undefined ? undefined : transpose(queries.factor);
  const readouts = contexts(prompts).map(({ query }) => integrated ?? matrix(1, query.length, query));
  const seen = (all: Float64Array, i: number): Float64Array =>
    multiplyVector(readouts[i], all.subarray(i * prompts.dimension, (i + 1) * prompts.dimension));
  const energies = (all: Float64Array): Float64Array =>
    Float64Array.from(readouts, (_, i) => squaredNorm(seen(all, i)));
  return {
    prompts: contexts(prompts).map(({ query: _query, ...context }, i) => ({
      ...context,
      readout: readouts[i],
      output: seen(weights, i),
    })),
    parts: { odd: energies(odd), even: energies(even) },
  };
}

/** Predictions that somebody else has made, one a prompt. */
export function observePredictions(prompts: PromptBatch, predictions: Float64Array): Observations {
  return {
    prompts: contexts(prompts).map(({ query, ...context }, i) => ({
      ...context,
      readout: matrix(1, query.length, query),
      output: predictions.slice(i, i + 1),
    })),
  };
}

/** ‖v‖² */
export function squaredNorm(vector: Float64Array): number {
  return dot(vector, vector);
}

function contexts(
  prompts: PromptBatch,
): (Pick<ObservedPrompt, "length" | "gram" | "crossProduct"> & { readonly query: Float64Array })[] {
  const { count, contextLength, dimension: d, covariates, responses, queryCovariates, lengths } = prompts;
  return Array.from({ length: count }, (_, prompt) => {
    const length = lengths?.[prompt] ?? contextLength;
    const [gram, crossProduct] = [zeros(d, d), new Float64Array(d)];
    for (let row = prompt * contextLength; row < prompt * contextLength + length; row++) {
      for (let i = 0; i < d; i++) {
        const x = covariates[row * d + i];
        crossProduct[i] += x * responses[row];
        for (let j = 0; j <= i; j++) gram.values[i * d + j] += x * covariates[row * d + j];
      }
    }
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) gram.values[j * d + i] = gram.values[i * d + j];
    return { length, gram, crossProduct, query: queryCovariates.slice(prompt * d, (prompt + 1) * d) };
  });
}
