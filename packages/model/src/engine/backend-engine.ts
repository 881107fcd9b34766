import type { LsaParameters, Matrix, PromptBatch, TensorBackend } from "@onestep/core";
import { lossAndGradient } from "../lsa/gradient.ts";
import { requireOneQuery } from "../lsa/one-query.ts";
import { checkLayerOnPrompts, parametersOn } from "../lsa/parameters.ts";
import { predict } from "../lsa/predict.ts";
import { tokenTensors } from "../lsa/tokens.ts";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";
import { batchEvaluation, requirePredictions } from "./overflow.ts";
import { takeValues } from "./take-values.ts";

/**
 * Runs the model code on any tensor backend. Every tensor made here is freed before the call returns or throws.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * Array.from(await backendEngine(float64Backend()).predict(layer, prompts)); // => [-40]
 */
export function backendEngine<T>(backend: TensorBackend<T>): LsaEngine {
  return {
    name: backend.name,
    unitRoundoff: backend.unitRoundoff,
    async lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      requireOneQuery("backendEngine.lossAndGradient", prompts);
      checkLayerOnPrompts("backendEngine.lossAndGradient", parameters, prompts);
      const { loss, gradient } = backend.tidy(() => {
        const responses = backend.fromValues(prompts.queryResponses, [prompts.count]);
        return lossAndGradient(backend, parametersOn(backend, parameters), tokenTensors(backend, prompts), responses);
      });
      const { keyQuery, valueProjection } = gradient;
      const [[lossValue], ...values] = await takeValues(backend, loss, keyQuery, valueProjection);
      return batchEvaluation(parameters, lossValue, values[0], values[1]);
    },
    async predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      requireOneQuery("backendEngine.predict", prompts);
      checkLayerOnPrompts("backendEngine.predict", parameters, prompts);
      const predictions = backend.tidy(() =>
        predict(backend, parametersOn(backend, parameters), tokenTensors(backend, prompts)),
      );
      const [values] = await takeValues(backend, predictions);
      return requirePredictions("backendEngine.predict", values);
    },
  };
}
