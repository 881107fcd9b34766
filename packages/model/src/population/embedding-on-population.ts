import {
  add,
  diagonal,
  dot,
  identity,
  matrix,
  multiply,
  multiplyVector,
  outer,
  transpose,
  type Matrix,
} from "@onestep/core";
import type { AttentionHead, LinearTransformer, TransformerGradient } from "../deep/linear-transformer.ts";
import type { TaskMoments } from "./task-moments.ts";

/** The loss of a layer, and its derivatives. */
export interface LayerLoss {
  readonly loss: number;
  readonly gradient: TransformerGradient;
}

/**
 * The exact loss of a layer whose tokens are mapped first, from that of a layer on bare tokens. With v ↦ E_c v for the
 * context and v_q ↦ E_q v_q for the query, the layer attends as P' = P E_c and Q' = E_cᵀ Q E_q do, and adds the linear
 * function ⟨g, v_q⟩, g = −E_qᵀe, that the query carries in its response slot:
 *
 * $$ L = L(P', Q') + g^\top \bar T g - 2\,g^\top \bar c + 2\,g^\top \bar T\,Q'^\top \bar G\,u', \qquad
 *    \bar T = \mathbb{E}\,v_q v_q^\top, \quad \bar c = \mathbb{E}\,y_q v_q, \quad \bar G = \mathbb{E}\,G, \quad
 *    u' = -\kappa P'^\top e. $$
 *
 * @param bare the loss of a layer without an embedding
 */
export function embeddedOnPopulation(
  moments: TaskMoments,
  { embedding = {}, layers: [heads], dividesByLength }: LinearTransformer,
  bare: (moments: TaskMoments, transformer: LinearTransformer) => LayerLoss,
): LayerLoss {
  const width = moments.sigma.rows + 1;
  const { context = identity(width), query = identity(width) } = embedding;
  const mapped = heads.map(({ valueProjection, keyQuery }) => ({
    valueProjection: multiply(valueProjection, context),
    keyQuery: multiply(transpose(context), keyQuery, query),
  }));
  const factor = dividesByLength ? -1 / moments.contextLength : -1;
  const { loss, gradient } = bare(moments, { layers: [mapped], dividesByLength });
  const guessed = guessOnPopulation(moments, mapped, lastRow(query, -1), factor);
  const ofMapped = gradient.layers[0].map((head, h) => addHeads(head, guessed.heads[h]));
  let [ofContext, ofQuery] = [matrix(width, width), inLastRow(guessed.guess, -1)];
  const ofHeads = heads.map(({ valueProjection, keyQuery }, h): AttentionHead => {
    const { valueProjection: values, keyQuery: keys } = ofMapped[h];
    ofContext = add(ofContext, multiply(transpose(valueProjection), values));
    ofContext = add(ofContext, multiply(keyQuery, query, transpose(keys)));
    ofQuery = add(ofQuery, multiply(transpose(keyQuery), context, keys));
    return {
      valueProjection: multiply(values, transpose(context)),
      keyQuery: multiply(context, keys, transpose(query)),
    };
  });
  return {
    loss: loss + guessed.loss,
    gradient: { layers: [ofHeads], embedding: { context: ofContext, query: ofQuery } },
  };
}

/** What the linear function ⟨g, v_q⟩ adds to the loss, and the derivatives of that. */
function guessOnPopulation(
  { contextLength, sigma, meanCross, energy }: TaskMoments,
  heads: readonly AttentionHead[],
  guess: Float64Array,
  factor: number,
): { loss: number; guess: Float64Array; heads: readonly AttentionHead[] } {
  const d = sigma.rows;
  const [querySecond, meanGram] = [matrix(d + 1, d + 1), diagonal([...meanCross.map(() => 0), contextLength * energy])];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const entry = sigma.values[i * d + j];
      querySecond.values[i * (d + 1) + j] = entry;
      meanGram.values[i * (d + 1) + j] = contextLength * entry;
    }
    meanGram.values[i * (d + 1) + d] = contextLength * meanCross[i];
    meanGram.values[d * (d + 1) + i] = contextLength * meanCross[i];
  }
  const seen = multiplyVector(querySecond, guess);
  const slope = seen.map((entry, i) => 2 * entry - 2 * (meanCross[i] ?? 0));
  let loss = dot(guess, seen) - 2 * dot(guess.subarray(0, d), meanCross);
  const ofHeads = heads.map(({ valueProjection, keyQuery }): AttentionHead => {
    const summed = multiplyVector(meanGram, lastRow(valueProjection, factor));
    const step = multiplyVector(querySecond, multiplyVector(transpose(keyQuery), summed));
    loss += 2 * dot(guess, step);
    step.forEach((entry, i) => (slope[i] += 2 * entry));
    const inValues = multiplyVector(meanGram, multiplyVector(keyQuery, seen));
    return {
      valueProjection: inLastRow(inValues, 2 * factor),
      keyQuery: outer(
        summed.map((entry) => 2 * entry),
        seen,
      ),
    };
  });
  return { loss, guess: slope, heads: ofHeads };
}

function lastRow({ columns, values }: Matrix, factor: number): Float64Array {
  return values.slice(values.length - columns).map((entry) => factor * entry);
}

function inLastRow(row: Float64Array, factor: number): Matrix {
  const result = matrix(row.length, row.length);
  result.values.set(
    row.map((entry) => factor * entry),
    row.length * (row.length - 1),
  );
  return result;
}

function addHeads(one: AttentionHead, other: AttentionHead): AttentionHead {
  return {
    valueProjection: add(one.valueProjection, other.valueProjection),
    keyQuery: add(one.keyQuery, other.keyQuery),
  };
}
