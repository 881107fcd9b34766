import type { NormalEngine } from "@onestep/core";
import { normalsModule } from "./normals-module.ts";

/** 16 kB of draws: they stay in the first cache until they are copied. */
const CHUNK = 2048;

/** Below, opening the door to WebAssembly takes longer than drawing. */
const LEAST_COUNT = 32;

/**
 * The kernel of `fillNormals`, or undefined where WebAssembly does not run. Its twin is the loop of core's own streams.
 */
export function normalEngine(): NormalEngine | undefined {
  const module = normalsModule();
  if (module === undefined) return undefined;
  const { kernel, state, scratch, tables, draws } = module;
  const draw = (count: number): void =>
    kernel.fillNormals(state.byteOffset, scratch.byteOffset, tables.byteOffset, draws.byteOffset, count);

  return {
    state,
    leastCount: LEAST_COUNT,
    fill(into, offset, count) {
      for (let done = 0; done < count; done += CHUNK) {
        const size = Math.min(CHUNK, count - done);
        draw(size);
        into.set(draws.subarray(0, size), offset + done);
      }
    },
  };
}
