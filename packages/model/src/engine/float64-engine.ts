import { lsaLossAndGradient } from "@onestep/kernels";
import { fusedEngine } from "./fused-engine.ts";
import type { LsaEngine } from "./lsa-engine.ts";

/**
 * The float64 engine: the fused loops of `@onestep/kernels`, equal to the model code on `float64Backend` within rounding.
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
  return fusedEngine("float64Engine", { name: "float64", unitRoundoff: 2 ** -53 }, lsaLossAndGradient);
}
