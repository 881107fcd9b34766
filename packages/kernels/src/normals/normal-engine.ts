import { ziggurat, type NormalEngine } from "@onestep/core";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { layOut } from "../wasm/lay-out.ts";
import { loadModule } from "../wasm/load-module.ts";
import { wasm } from "./kernel.wasm.ts";

interface NormalsModule extends KernelModule {
  /** Pointers: see `kernel.as.ts`. */
  fillNormals(state: number, steps: number, edges: number, densities: number, into: number, count: number): void;
}

/** Draws are made in the kernel's memory, 16 kB at a time so that they stay in the first cache, and then copied. */
const CHUNK = 2048;

/** Below, opening the door to WebAssembly takes longer than drawing. */
const LEAST_COUNT = 32;

/**
 * The kernel of `fillNormals`, or undefined where WebAssembly does not run. Its twin is the loop of core's own streams.
 */
export function normalEngine(): NormalEngine | undefined {
  const module = loadModule<NormalsModule>(wasm);
  if (module === undefined) return undefined;
  const { state, steps, edges, densities, draws } = layOut(module, {
    state: [Int32Array, 4],
    steps: [Float64Array, ziggurat.signedSteps.length],
    edges: [Float64Array, ziggurat.layerEdges.length],
    densities: [Float64Array, ziggurat.edgeDensities.length],
    draws: [Float64Array, CHUNK],
  });
  steps.set(ziggurat.signedSteps);
  edges.set(ziggurat.layerEdges);
  densities.set(ziggurat.edgeDensities);
  const draw = (count: number): void => {
    const { byteOffset: into } = draws;
    module.fillNormals(state.byteOffset, steps.byteOffset, edges.byteOffset, densities.byteOffset, into, count);
  };

  return {
    state,
    leastCount: LEAST_COUNT,
    fill(into, offset, count) {
      for (let done = 0; done < count; done += CHUNK) {
        const size = Math.min(CHUNK, count - done);
        draw(size);
        into.set(size === CHUNK ? draws : draws.subarray(0, size), offset + done);
      }
    },
  };
}
