import { matrix, type LsaParameters, type Matrix, type PromptBatch } from "@onestep/core";
import { lsaLossAndGradient, lsaPredictions } from "@onestep/kernels";
import type { BatchEvaluation, LsaEngine } from "./lsa-engine.ts";

/** The float64 engine: the fused kernels of `@onestep/kernels`, equal to the model code on `float64Backend` within rounding. */
export function float64Engine(): LsaEngine {
  return {
    name: "float64",
    unitRoundoff: 2 ** -53,
    lossAndGradient({ keyQuery, valueProjection }: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation> {
      const gradient = {
        keyQuery: matrix(keyQuery.rows, keyQuery.columns),
        valueProjection: matrix(valueProjection.rows, valueProjection.columns),
      };
      const loss = lsaLossAndGradient(keyQuery.values, valueProjection.values, prompts, {
        keyQuery: gradient.keyQuery.values,
        valueProjection: gradient.valueProjection.values,
      });
      return Promise.resolve({ loss, gradient });
    },
    predict({ keyQuery, valueProjection }: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array> {
      return Promise.resolve(lsaPredictions(keyQuery.values, valueProjection.values, prompts));
    },
  };
}
