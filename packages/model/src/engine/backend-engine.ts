import type { LsaParameters, Matrix, PromptBatch, TensorBackend } from "@onestep/core";
import { lossAndGradient } from "../lsa/gradient.ts";
import { parametersOn } from "../lsa/parameters.ts";
import { predict } from "../lsa/predict.ts";
import { tokensOn } from "../lsa/tokens.ts";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";

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
      const { loss, gradient } = backend.tidy(() => {
        const responses = backend.fromValues(prompts.queryResponses, [prompts.count]);
        return lossAndGradient(backend, parametersOn(backend, parameters), tokensOn(backend, prompts), responses);
      });
      const { keyQuery, valueProjection } = parameters;
      const [lossValue, keyQueryValues, valueProjectionValues] = await Promise.all([
        backend.toValues(loss),
        backend.toValues(gradient.keyQuery),
        backend.toValues(gradient.valueProjection),
      ]);
      backend.dispose(loss, gradient.keyQuery, gradient.valueProjection);
      return {
        loss: lossValue[0],
        gradient: {
          // not through `matrix`: an overflowed gradient is an outcome that training reports, not an exception
          keyQuery: { ...keyQuery, values: keyQueryValues },
          valueProjection: { ...valueProjection, values: valueProjectionValues },
        },
      };
    },
    async predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      const predictions = backend.tidy(() =>
        predict(backend, parametersOn(backend, parameters), tokensOn(backend, prompts)),
      );
      const values = await backend.toValues(predictions);
      backend.dispose(predictions);
      return values;
    },
  };
}
