import { afterEach, describe, expect, it, vi } from "vitest";
import { wasm } from "../normals/kernel.wasm.ts";
import { loadModule } from "./load-module.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("loadModule", () => {
  it("gives a kernel's functions, its memory, and where that is free", () => {
    const { fillNormals, memory, heapBase } = { ...loadModule(wasm) } as Record<string, unknown>;
    expect(fillNormals).toBeInstanceOf(Function);
    expect(memory).toBeInstanceOf(WebAssembly.Memory);
    expect(heapBase).toBeInstanceOf(WebAssembly.Global);
  });

  it("gives nothing for what the engine cannot compile, such as instructions it does not know", () => {
    expect(loadModule(Buffer.from("not a module").toString("base64"))).toBeUndefined();
  });

  it("gives nothing where a content-security policy forbids compiling", () => {
    const Module = (): never => {
      throw new WebAssembly.CompileError("blocked by Content Security Policy");
    };
    vi.stubGlobal("WebAssembly", { Module, Instance: WebAssembly.Instance });
    expect(loadModule(wasm)).toBeUndefined();
  });

  it("gives nothing where there is no WebAssembly", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(loadModule(wasm)).toBeUndefined();
  });
});
