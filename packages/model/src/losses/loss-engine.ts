import type { LsaParameters, Matrix, PromptBatch, TensorBackend } from "@onestep/core";
import type { BatchEvaluation, LsaEngine } from "../engine/lsa-engine.ts";
import { batchEvaluation, requirePredictions } from "../engine/overflow.ts";
import { freeing, takeValues } from "../engine/take-values.ts";
import { checkLayerOnPrompts, parametersOn } from "../lsa/parameters.ts";
import { tokenRows } from "../lsa/tokens.ts";
import { meanLoss } from "./mean-loss.ts";
import type { PredictionLoss } from "./prediction-loss.ts";

/**
 * An engine for any loss of the predictions, on any tensor backend, for one query a prompt or several: the batch loss is
 * the mean over all queries of all prompts.
 *
 * With k = M v_q, a = G u and the weights δ = ℓ'(ŷ, y_q)/(BQ) of the predictions,
 *
 * $$ \partial L/\partial M = \sum_{bq} \delta_{bq}\, a_b v_{q,b}^\top, \qquad
 *    \partial L/\partial u = \sum_b G_b \sum_q \delta_{bq} k_{bq}. $$
 *
 * The predictions leave the backend for ℓ', B·Q numbers, so that it has to know linear algebra only. Labels of
 * `logisticLoss` are ±1. Every tensor made here is freed before a call returns or throws.
 *
 * Source: own derivation; at the squared loss it is `lossAndGradient`.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * (await lossEngine(float64Backend(), huberLoss()).lossAndGradient(layer, prompts)).loss; // => 93
 */
export function lossEngine<T>(backend: TensorBackend<T>, loss: PredictionLoss): LsaEngine {
  return {
    name: backend.name,
    unitRoundoff: backend.unitRoundoff,
    async lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      checkLayerOnPrompts("lossEngine.lossAndGradient", parameters, prompts);
      const forward = backend.tidy(() => forwardOn(backend, parameters, prompts));
      const { context, queries, attended, keys, predictions } = forward;
      return freeing(backend, [context, queries, attended, keys, predictions], async () => {
        const values = await backend.toValues(predictions);
        const { loss: mean, slopes } = meanLoss(loss, values, prompts.queryResponses);
        const gradient = backend.tidy(() => backwardOn(backend, forward, slopes));
        const [keyQuery, valueProjection] = await takeValues(backend, gradient.keyQuery, gradient.valueProjection);
        return batchEvaluation(parameters, mean, keyQuery, valueProjection);
      });
    },
    async predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      checkLayerOnPrompts("lossEngine.predict", parameters, prompts);
      const predictions = backend.tidy(() => forwardOn(backend, parameters, prompts).predictions);
      const [values] = await takeValues(backend, predictions);
      return requirePredictions("lossEngine.predict", values);
    },
  };
}

/** What the gradient needs of the prediction. */
interface Forward<T> {
  /** `[B, n, d+1]` */
  readonly context: T;
  /** `[B, Q, d+1]` */
  readonly queries: T;
  /** a = G u, `[B, d+1]` */
  readonly attended: T;
  /** k = M v_q, `[B, Q, d+1]` */
  readonly keys: T;
  /** `[B, Q]` */
  readonly predictions: T;
}

function forwardOn<T>(backend: TensorBackend<T>, parameters: LsaParameters<Matrix>, prompts: PromptBatch): Forward<T> {
  const { count, contextLength, dimension, covariates, responses, queryCovariates, queries = 1 } = prompts;
  const width = dimension + 1;
  const { keyQuery, valueProjection } = parametersOn(backend, parameters);
  const context = backend.fromValues(tokenRows(covariates, dimension, responses), [count, contextLength, width]);
  const hidden = new Float64Array(count * queries);
  const queryTokens = backend.fromValues(tokenRows(queryCovariates, dimension, hidden), [count, queries, width]);
  const values = backend.contract("bni,i->bn", context, valueProjection);
  const attended = backend.contract("bni,bn->bi", context, values);
  const keys = backend.contract("ij,bqj->bqi", keyQuery, queryTokens);
  const predictions = backend.contract("bi,bqi->bq", attended, keys);
  return { context, queries: queryTokens, attended, keys, predictions };
}

function backwardOn<T>(
  backend: TensorBackend<T>,
  { context, queries, attended, keys, predictions }: Forward<T>,
  weights: Float64Array,
): LsaParameters<T> {
  const delta = backend.fromValues(weights, backend.shapeOf(predictions));
  const weightedQueries = backend.contract("bq,bqj->bj", delta, queries);
  const weightedKeys = backend.contract("bq,bqi->bi", delta, keys);
  const scores = backend.contract("bni,bi->bn", context, weightedKeys);
  return {
    keyQuery: backend.contract("bi,bj->ij", attended, weightedQueries),
    valueProjection: backend.contract("bni,bn->i", context, scores),
  };
}
