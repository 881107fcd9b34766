import { add, dot, matrix, multiply, multiplyVector, outer, scale, zeros, type Matrix } from "@onestep/core";
import type { InducedStep } from "../src/lsa/induced-step.ts";
import type { LayerOnPrompts } from "./any-layer.ts";

/** What a layer does on a batch, in plain numbers. */
export interface Evaluation {
  readonly predictions: Float64Array;
  readonly loss: number;
  readonly keyQuery: Float64Array;
  readonly valueProjection: Float64Array;
}

/** G = Σ vᵢvᵢᵀ of each prompt and v_q = (x_q, 0), formed whole. */
export function gramMatrices({ prompts }: LayerOnPrompts): { gram: Matrix; query: Float64Array }[] {
  const { count, contextLength, dimension, covariates, responses, queryCovariates } = prompts;
  return Array.from({ length: count }, (_, prompt) => {
    let gram = zeros(dimension + 1, dimension + 1);
    for (let token = prompt * contextLength; token < (prompt + 1) * contextLength; token++) {
      const row = Float64Array.of(...covariates.subarray(token * dimension, (token + 1) * dimension), responses[token]);
      gram = add(gram, outer(row, row));
    }
    const query = Float64Array.of(...queryCovariates.subarray(prompt * dimension, (prompt + 1) * dimension), 0);
    return { gram, query };
  });
}

/** x_qᵀ Γ b and x_qᵀ(M_xxᵀ S u_x + c·u_y m_yx) of each prompt, with S, b, c the blocks of its Gram matrix. */
export function partsThroughBlocks(
  layer: LayerOnPrompts,
  { preconditioner, evenPart }: InducedStep,
): { odd: number; even: number }[] {
  const d = preconditioner.rows;
  return gramMatrices(layer).map(({ gram, query }) => {
    const row = (i: number): Float64Array => gram.values.slice(i * (d + 1), i * (d + 1) + d);
    const second = matrix(d, d, Array.from({ length: d }, (_, i) => [...row(i)]).flat()); // S
    const energy = gram.values[gram.values.length - 1]; // c
    const x = query.slice(0, d);
    const attended = multiplyVector(second, evenPart.direction); // S u_x
    return {
      odd: dot(x, multiplyVector(preconditioner, row(d))),
      even: dot(multiplyVector(evenPart.quadratic, x), attended) + energy * dot(x, evenPart.energy),
    };
  });
}

/** ŷ = uᵀ G M v_q, the batch loss and its gradient, all through the Gram matrix. */
export function throughGramMatrix(layer: LayerOnPrompts): Evaluation {
  const { keyQuery, valueProjection } = layer.parameters;
  const { count, queryResponses } = layer.prompts;
  const u = valueProjection.values;
  let keyQueryGradient = zeros(keyQuery.rows, keyQuery.columns);
  const valueGradient = new Float64Array(u.length);
  const predictions = new Float64Array(count);
  let loss = 0;
  gramMatrices(layer).forEach(({ gram, query }, prompt) => {
    const contracted = multiplyVector(multiply(gram, keyQuery), query); // G M v_q
    predictions[prompt] = dot(u, contracted);
    const residual = predictions[prompt] - queryResponses[prompt];
    loss += residual ** 2 / count;
    const attended = multiplyVector(gram, u); // G u
    keyQueryGradient = add(keyQueryGradient, scale(outer(attended, query), (2 * residual) / count));
    contracted.forEach((entry, i) => (valueGradient[i] += (2 * residual * entry) / count));
  });
  return { predictions, loss, keyQuery: keyQueryGradient.values, valueProjection: valueGradient };
}

/**
 * How far two evaluations of one layer may be apart, when they round to `unitRoundoffs`.
 *
 * No path from an input to a result has more than K = B + 4n + 8(d+1) + 24 roundings, that of the input to the format
 * included, and each is relative to a partial sum that the same polynomial of absolute values bounds: γ_K times that
 * polynomial, γ_K = Ku/(1 − Ku), whatever the order of the sums.
 */
export function roundingOf(layer: LayerOnPrompts, ...unitRoundoffs: readonly number[]): Evaluation {
  const { parameters, prompts } = layer;
  const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
  const bound = throughGramMatrix({
    parameters: {
      keyQuery: { ...parameters.keyQuery, values: absolute(parameters.keyQuery.values) },
      valueProjection: { ...parameters.valueProjection, values: absolute(parameters.valueProjection.values) },
    },
    prompts: {
      ...prompts,
      covariates: absolute(prompts.covariates),
      responses: absolute(prompts.responses),
      queryCovariates: absolute(prompts.queryCovariates),
      queryResponses: prompts.queryResponses.map((entry) => -Math.abs(entry)), // |ŷ − y_q| ≤ |ŷ| + |y_q|
    },
  });
  const roundings = prompts.count + 4 * prompts.contextLength + 8 * (prompts.dimension + 1) + 24;
  const factor = unitRoundoffs.reduce((sum, unit) => sum + (roundings * unit) / (1 - roundings * unit), 0);
  return {
    predictions: bound.predictions.map((entry) => factor * entry),
    loss: factor * bound.loss,
    keyQuery: bound.keyQuery.map((entry) => factor * entry),
    valueProjection: bound.valueProjection.map((entry) => factor * entry),
  };
}
