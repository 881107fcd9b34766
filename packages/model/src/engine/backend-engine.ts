import type { LsaParameters, Matrix, PromptBatch, TensorBackend } from "@onestep/core";
import { lossAndGradient } from "../lsa/gradient.ts";
import { parametersOn } from "../lsa/parameters.ts";
import { predict } from "../lsa/predict.ts";
import { tokensOn } from "../lsa/tokens.ts";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";

/** Runs the model code on any tensor backend. Every tensor made here is freed before the call returns or throws. */
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
