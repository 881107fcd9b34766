import type { LsaParameters, Matrix, PromptBatch } from "@onestep/core";
import { lsaPredictions, type lsaLossAndGradient } from "@onestep/kernels";
import { requireOneQuery } from "../lsa/one-query.ts";
import { checkLayerOnPrompts } from "../lsa/parameters.ts";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";
import { batchEvaluation, requirePredictions } from "./overflow.ts";

/**
 * An engine around a loop that makes loss and gradient of whole minibatches. Predictions are those of the plain loop, in
 * float64.
 *
 * @param where names the engine in errors
 */
export function fusedEngine(
  where: string,
  about: Pick<LsaEngine, "name" | "unitRoundoff" | "path">,
  evaluate: typeof lsaLossAndGradient,
): LsaEngine {
  const check = (call: string, parameters: LsaParameters<Matrix>, prompts: PromptBatch): void => {
    requireOneQuery(`${where}.${call}`, prompts);
    checkLayerOnPrompts(`${where}.${call}`, parameters, prompts);
  };
  return {
    ...about,
    async lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      check("lossAndGradient", parameters, prompts);
      const { keyQuery, valueProjection } = parameters;
      const gradient = {
        keyQuery: new Float64Array(keyQuery.values.length),
        valueProjection: new Float64Array(valueProjection.values.length),
      };
      const loss = evaluate(keyQuery.values, valueProjection.values, prompts, gradient);
      return batchEvaluation(parameters, loss, gradient.keyQuery, gradient.valueProjection);
    },
    async predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      check("predict", parameters, prompts);
      const { keyQuery, valueProjection } = parameters;
      return requirePredictions(`${where}.predict`, lsaPredictions(keyQuery.values, valueProjection.values, prompts));
    },
  };
}
