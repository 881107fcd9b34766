import { matrix, type LsaParameters, type Matrix, type PromptBatch } from "@onestep/core";
import { lsaLossAndGradient, lsaPredictions } from "@onestep/kernels";
import { requireOneQuery } from "../lsa/one-query.ts";
import { requireDimension } from "../lsa/parameters.ts";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";

/**
 * The float64 engine: the fused kernels of `@onestep/kernels`, equal to the model code on `float64Backend` within rounding.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * Array.from(await float64Engine().predict(layer, prompts)); // => [-40]
 */
export function float64Engine(): LsaEngine {
  return {
    name: "float64",
    unitRoundoff: 2 ** -53,
    async lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      requireDimension("float64Engine.lossAndGradient", parameters, prompts.dimension);
      requireOneQuery("float64Engine.lossAndGradient", prompts);
      const { keyQuery, valueProjection } = parameters;
      const gradient = {
        keyQuery: matrix(keyQuery.rows, keyQuery.columns),
        valueProjection: matrix(valueProjection.rows, valueProjection.columns),
      };
      const loss = lsaLossAndGradient(keyQuery.values, valueProjection.values, prompts, {
        keyQuery: gradient.keyQuery.values,
        valueProjection: gradient.valueProjection.values,
      });
      return { loss, gradient };
    },
    async predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      requireDimension("float64Engine.predict", parameters, prompts.dimension);
      requireOneQuery("float64Engine.predict", prompts);
      return lsaPredictions(parameters.keyQuery.values, parameters.valueProjection.values, prompts);
    },
  };
}
