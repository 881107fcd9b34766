import {
  float64Backend,
  type ContextStatistics,
  type Matrix,
  type PromptBatch,
  type TensorBackend,
} from "@onestep/core";
import { finalTokens } from "../src/deep/token-forward.ts";
import { transformerEngine, type TransformerEngine } from "../src/deep/transformer-engine.ts";
import type { LinearTransformer, TransformerGradient } from "../src/deep/linear-transformer.ts";
import type { TransformerOnPrompts } from "./any-transformer.ts";

/** The predictions of attention written out token by token. */
export async function predictTokenByToken<T>(
  backend: TensorBackend<T>,
  { transformer, prompts }: TransformerOnPrompts,
): Promise<Float64Array> {
  const tokens = finalTokens(backend, transformer, prompts);
  const perPrompt = backend
    .shapeOf(tokens)
    .slice(1)
    .reduce((product, size) => product * size, 1);
  const values = await backend.toValues(tokens);
  backend.dispose(tokens);
  return Float64Array.from({ length: prompts.count }, (_, prompt) => -values[(prompt + 1) * perPrompt - 1]);
}

/** The context Gram matrices of prompts, packed as statistics are. */
export function statisticsOf(prompts: PromptBatch): ContextStatistics {
  const { count, contextLength: n, dimension: d, covariates, responses } = prompts;
  const covariateGram: number[] = [];
  const crossProduct: number[] = [];
  const responseEnergy: number[] = [];
  for (let prompt = 0; prompt < count; prompt++) {
    const rows = Array.from({ length: n }, (_, i) => prompt * n + i);
    const sum = (term: (row: number) => number): number => rows.reduce((total, row) => total + term(row), 0);
    const x = (row: number, i: number): number => covariates[row * d + i];
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) covariateGram.push(sum((row) => x(row, i) * x(row, j)));
    }
    for (let i = 0; i < d; i++) crossProduct.push(sum((row) => x(row, i) * responses[row]));
    responseEnergy.push(sum((row) => responses[row] ** 2));
  }
  const { queryCovariates, queryResponses } = prompts;
  return {
    count,
    contextLength: n,
    dimension: d,
    covariateGram: Float64Array.from(covariateGram),
    crossProduct: Float64Array.from(crossProduct),
    responseEnergy: Float64Array.from(responseEnergy),
    queryCovariates,
    queryResponses,
    ...(prompts.lengths && { lengths: prompts.lengths }),
  };
}

/** What a transformer does on a batch, in plain numbers. */
export interface TransformerEvaluation {
  readonly predictions: Float64Array;
  readonly loss: number;
  /** All derivatives, one after the other */
  readonly gradient: Float64Array;
}

/**
 * How far two evaluations of one transformer may be apart, when they round to `unitRoundoffs`.
 *
 * Predictions, loss and gradient are polynomials. No monomial gathers more than K = 8·3^L(n + k + (H+6)(d+1) + 16) + B
 * roundings: a layer multiplies H three times and sums over heads and coordinates, so the count N of H goes like
 * N' = 3N + (2H+4)(d+1) + 14 from N = n + k + 4(d+1) + 4; the loss has two predictions, and reverse mode passes each
 * monomial at most four times. Each rounding is relative to what the polynomial of absolute values bounds: γ_K times
 * that polynomial, γ_K = Ku/(1 − Ku).
 */
export async function transformerRounding(
  { transformer, prompts }: TransformerOnPrompts,
  ...unitRoundoffs: readonly number[]
): Promise<TransformerEvaluation> {
  const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
  const { predictions, loss, gradient } = await evaluateTransformer({
    transformer: mapWeights(transformer, (one) => ({ ...one, values: absolute(one.values) })),
    prompts: {
      ...prompts,
      covariates: absolute(prompts.covariates),
      responses: absolute(prompts.responses),
      queryCovariates: absolute(prompts.queryCovariates),
      queryResponses: absolute(prompts.queryResponses), // ŷ carries a minus sign: |ŷ − y_q| ≤ |ŷ| + |y_q|
    },
  });
  const heads = Math.max(...transformer.layers.map((layer) => layer.length));
  const prefix = transformer.embedding?.prefix?.rows ?? 0;
  const sizes = prompts.contextLength + prefix + (heads + 6) * (prompts.dimension + 1) + 16;
  const roundings = 8 * 3 ** transformer.layers.length * sizes + prompts.count;
  const factor = unitRoundoffs.reduce((sum, unit) => sum + (roundings * unit) / (1 - roundings * unit), 0);
  return {
    predictions: predictions.map((entry) => factor * Math.abs(entry)),
    loss: factor * loss,
    gradient: gradient.map((entry) => factor * Math.abs(entry)),
  };
}

/** A transformer on prompts by the Gram recursion, in double precision unless another engine is given. */
export async function evaluateTransformer(
  { transformer, prompts }: TransformerOnPrompts,
  engine: TransformerEngine = transformerEngine(float64Backend()),
): Promise<TransformerEvaluation> {
  const { loss, gradient } = await engine.lossAndGradient(transformer, prompts);
  return { predictions: await engine.predict(transformer, prompts), loss, gradient: flatten(gradient) };
}

/** All matrices of a transformer or a gradient, in one order. */
export function matricesOf({ layers, embedding = {} }: TransformerGradient): Matrix[] {
  const heads = layers.flat().flatMap(({ valueProjection, keyQuery }) => [valueProjection, keyQuery]);
  return [...heads, embedding.context, embedding.query, embedding.prefix].filter((one) => one !== undefined);
}

export function flatten(gradient: TransformerGradient): Float64Array {
  return Float64Array.from(matricesOf(gradient).flatMap(({ values }) => [...values]));
}

/** The transformer with every matrix replaced. */
export function mapWeights(transformer: LinearTransformer, map: (one: Matrix) => Matrix): LinearTransformer {
  const { context, query, prefix } = transformer.embedding ?? {};
  return {
    ...transformer,
    layers: transformer.layers.map((heads) =>
      heads.map(({ valueProjection, keyQuery }) => ({
        valueProjection: map(valueProjection),
        keyQuery: map(keyQuery),
      })),
    ),
    embedding: {
      ...(context && { context: map(context) }),
      ...(query && { query: map(query) }),
      ...(prefix && { prefix: map(prefix) }),
    },
  };
}
