import { afterEach, describe, expect, it, vi } from "vitest";
import { wasm } from "../normals/kernel.wasm.ts";
import { loadModule } from "./load-module.ts";

afterEach(() => {
  vi.resetModules();
  vi.unstubAllGlobals();
});

describe("loadModule", () => {
  it("gives a kernel's functions, its memory, and where that is free", () => {
    const { fillNormals, memory, heapBase } = { ...loadModule(wasm) } as Record<string, unknown>;
    expect(fillNormals).toBeInstanceOf(Function);
    expect(memory).toBeInstanceOf(WebAssembly.Memory);
    expect(heapBase).toBeInstanceOf(WebAssembly.Global);
  });

  it("compiles once, and gives every caller a memory of its own", async () => {
    const compile = vi.fn<() => void>();
    class Module extends WebAssembly.Module {
      constructor(bytes: Uint8Array<ArrayBuffer>) {
        compile();
        super(bytes);
      }
    }
    vi.stubGlobal("WebAssembly", { Module, Instance: WebAssembly.Instance });
    vi.resetModules();
    const fresh = await import("./load-module.ts");
    expect(fresh.loadModule(wasm)?.memory).not.toBe(fresh.loadModule(wasm)?.memory);
    expect(compile).toHaveBeenCalledTimes(1);
  });

  it("gives nothing for what the engine cannot compile, such as instructions it does not know", () => {
    expect(loadModule(Buffer.from("not a module").toString("base64"))).toBeUndefined();
  });

  it("gives nothing where a content-security policy forbids compiling", async () => {
    const Module = (): never => {
      throw new WebAssembly.CompileError("blocked by Content Security Policy");
    };
    vi.stubGlobal("WebAssembly", { Module, Instance: WebAssembly.Instance });
    vi.resetModules();
    const fresh = await import("./load-module.ts");
    expect(fresh.loadModule(wasm)).toBeUndefined();
  });

  it("gives nothing where there is no WebAssembly", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(loadModule(wasm)).toBeUndefined();
  });
});
