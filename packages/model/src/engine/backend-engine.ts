import type { LsaParameters, Matrix, PromptBatch, TensorBackend } from "@onestep/core";
import { lossAndGradient } from "../lsa/gradient.ts";
import { parametersOn } from "../lsa/parameters.ts";
import { predict } from "../lsa/predict.ts";
import { tokensOn } from "../lsa/tokens.ts";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";

/** Runs the model code on any tensor backend. Every tensor made here is freed before the call returns. */
export function backendEngine<T>(backend: TensorBackend<T>): LsaEngine {
  return {
    name: backend.name,
    unitRoundoff: backend.unitRoundoff,
    async lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      const on = parametersOn(backend, parameters);
      const tokens = tokensOn(backend, prompts);
      const responses = backend.fromValues(prompts.queryResponses, [prompts.count]);
      const { loss, gradient } = lossAndGradient(backend, on, tokens, responses);
      const { keyQuery, valueProjection } = parameters;
      const [lossValue, keyQueryValues, valueProjectionValues] = await Promise.all([
        backend.toValues(loss),
        backend.toValues(gradient.keyQuery),
        backend.toValues(gradient.valueProjection),
      ]);
      backend.dispose(on.keyQuery, on.valueProjection, tokens.context, tokens.query, responses);
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
      const on = parametersOn(backend, parameters);
      const tokens = tokensOn(backend, prompts);
      const predictions = predict(backend, on, tokens);
      const values = await backend.toValues(predictions);
      backend.dispose(on.keyQuery, on.valueProjection, tokens.context, tokens.query, predictions);
      return values;
    },
  };
}
