import { openStream as openPlainStream, randomKey } from "@onestep/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const drawn = (open: typeof openPlainStream): number[] => {
  const draws = new Float64Array(500);
  open(randomKey(4)).fillNormals(draws, 0, 500);
  return [...draws];
};

it("draws by the plain stream, and says nothing, where there is no WebAssembly", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  const { openStream } = await import("./open-stream.ts");
  expect(drawn(openStream)).toEqual(drawn(openPlainStream));
});

it("compiles once, when the first stream is opened", async () => {
  const compile = vi.fn<(bytes: Uint8Array) => void>();
  vi.stubGlobal("WebAssembly", wasmWith(compile));
  const { openStream } = await import("./open-stream.ts");
  expect(compile).not.toHaveBeenCalled();
  expect(drawn(openStream)).toEqual(drawn(openStream));
  expect(compile).toHaveBeenCalledTimes(1);
});

/** WebAssembly, with a witness of each compilation. */
function wasmWith(witness: (bytes: Uint8Array) => void): object {
  class Module extends WebAssembly.Module {
    constructor(bytes: Uint8Array<ArrayBuffer>) {
      witness(bytes);
      super(bytes);
    }
  }
  return { Module, Instance: WebAssembly.Instance };
}
