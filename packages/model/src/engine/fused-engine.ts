import { checkPrompts, checkPromptSizes, type LsaParameters, type Matrix, type PromptBatch } from "@onestep/core";
import { lsaPredictions, type lsaLossAndGradient } from "@onestep/kernels";
import { requireOneQuery } from "../lsa/one-query.ts";
import { checkLayerFits, checkLayerOnPrompts } from "../lsa/parameters.ts";
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
  return {
    ...about,
    async lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      const call = `${where}.lossAndGradient`;
      requireOneQuery(call, prompts);
      checkPromptSizes(call, prompts);
      checkLayerFits(call, parameters, prompts);
      const { keyQuery, valueProjection } = parameters;
      const gradient = {
        keyQuery: new Float64Array(keyQuery.values.length),
        valueProjection: new Float64Array(valueProjection.values.length),
      };
      const loss = evaluate(keyQuery.values, valueProjection.values, prompts, gradient);
      // Every number of the prompts is in the loss, and takes it along where it is not finite.
      if (!Number.isFinite(loss)) checkPrompts(call, prompts);
      return batchEvaluation(parameters, loss, gradient.keyQuery, gradient.valueProjection);
    },
    async predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      const call = `${where}.predict`;
      requireOneQuery(call, prompts);
      checkLayerOnPrompts(call, parameters, prompts);
      const { keyQuery, valueProjection } = parameters;
      return requirePredictions(call, lsaPredictions(keyQuery.values, valueProjection.values, prompts));
    },
  };
}
