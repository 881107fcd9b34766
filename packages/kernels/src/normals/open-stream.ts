import { openStream as openPlainStream, type NormalEngine, type RandomKey, type RandomStream } from "@onestep/core";
import { normalEngine } from "./normal-engine.ts";

/** Made when the first stream is opened, since a module without side effects compiles nothing by itself. */
let engine: NormalEngine | undefined;
let tried = false;

/**
 * Opens a stream at a key's address, as `openStream` of `@onestep/core` does: the same numbers, and long runs of normals
 * sooner, where WebAssembly runs.
 *
 * @example
 * openStream(randomKey(0)).bits(); // => 511094355
 */
export function openStream(key: RandomKey): RandomStream {
  if (!tried) {
    engine = normalEngine();
    tried = true;
  }
  return openPlainStream(key, engine);
}
