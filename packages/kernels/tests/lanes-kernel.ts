import { wasm } from "../src/one-layer/kernel.wasm.ts";
import type { KernelModule } from "../src/wasm/kernel-module.ts";
import { loadModule } from "../src/wasm/load-module.ts";

/** What a kernel that draws on lanes exports for their tests. */
export interface LanesKernel extends KernelModule {
  openLanes(
    states: number,
    fours: number,
    key: number,
    label0: number,
    label1: number,
    low: number,
    high: number,
  ): void;
  normalsF32(states: number, fours: number, into: number, rows: number, stride: number): void;
  normalsF64(states: number, fours: number, into: number, rows: number, stride: number): void;
  chiF32(states: number, fours: number, into: number, degrees: number): void;
  chiF64(states: number, fours: number, into: number, degrees: number): void;
}

/** The kernel of one layer. */
export function lanesKernel(): LanesKernel {
  const kernel = loadModule<LanesKernel>(wasm);
  if (kernel === undefined) throw new Error("expected an engine with WebAssembly SIMD");
  return kernel;
}
