import { wasm as deep } from "../deep/relaxed.wasm.ts";
import { wasm as lsaGradient } from "../lsa-gradient/relaxed.wasm.ts";
import type { RelaxedModules } from "./relaxed-modules.ts";

export type { RelaxedModules } from "./relaxed-modules.ts";

/**
 * The kernels that gain from fused products and sums, for the option `relaxed`: an entry point of its own, since the
 * modules are as large as the others. Engines without relaxed SIMD refuse them, and run the exact kernels. Node 20 has it
 * only after `v8.setFlagsFromString("--experimental-wasm-relaxed-simd")`, called before the first kernel is opened.
 *
 * @example
 * const law = { dimension: 1, contextLength: 3, noiseDeviation: 0 };
 * openDeep(law, 2, { relaxed: relaxedModules }).name.startsWith("wasm-f64"); // => true
 */
export const relaxedModules: RelaxedModules = { deep, lsaGradient };
