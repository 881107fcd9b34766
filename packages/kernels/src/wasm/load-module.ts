import { log } from "@onestep/core";
import type { KernelModule } from "./kernel-module.ts";

// Every engine has these; TypeScript knows them only with the types of a browser or of Node.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};
declare const atob: (base64: string) => string;

/** What `core.as.ts` declares. */
const IMPORTS = { "core.as": { log } };

/** A module's memory is little-endian, a typed array has the byte order of the machine. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** What is compiled already: a module is the code of all its instances, each of which has its own memory. */
const compiled = new Map<string, object>();

function compile(wasm: string): object {
  let module = compiled.get(wasm);
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)));
    compiled.set(wasm, module);
  }
  return module;
}

/**
 * Compiles a kernel, at once and in place: it is small, and Node, browsers and workers do it alike.
 *
 * @param wasm the module in base64, as `scripts/compile.mjs` writes it
 * @returns the exports of a new instance; undefined where it cannot run, because there is no WebAssembly, no SIMD, or a content-security
 *   policy against compiling. The caller then uses the twin, which gives the same numbers.
 */
export function loadModule<M extends KernelModule>(wasm: string): M | undefined {
  if (!LITTLE_ENDIAN) return undefined;
  try {
    return new WebAssembly.Instance(compile(wasm), IMPORTS).exports as M;
  } catch {
    return undefined;
  }
}
