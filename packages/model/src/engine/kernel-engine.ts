import { openLsaGradient, type RelaxedModules } from "@onestep/kernels";
import { fusedEngine } from "./fused-engine.ts";
import type { LsaEngine } from "./lsa-engine.ts";

/**
 * The engines `"wasm"` and `"wasm-f32"`: loss and gradient in WebAssembly, one prompt a lane, several times as fast as
 * `float64Engine` and equal to it within rounding. Where WebAssembly does not run, the loop of `float64Engine` does, and
 * `path` says so.
 *
 * @param precision of the sums over a context and over the prompts of a block; these are added in float64. Default
 * `"float64"`
 * @param relaxed `relaxedModules` of `@onestep/kernels/relaxed`: fused products and sums where the engine has them
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * (await kernelEngine({ precision: "float32" }).lossAndGradient(layer, prompts)).loss; // => 2209
 */
export function kernelEngine({
  precision = "float64",
  relaxed,
}: {
  readonly precision?: "float32" | "float64" | undefined;
  readonly relaxed?: RelaxedModules | undefined;
} = {}): LsaEngine {
  const { name: path, lossAndGradient } = openLsaGradient(precision, relaxed);
  const about =
    precision === "float64" ? { name: "wasm", unitRoundoff: 2 ** -53 } : { name: "wasm-f32", unitRoundoff: 2 ** -24 };
  return fusedEngine("kernelEngine", { ...about, path }, lossAndGradient);
}
