import type { BackendName } from "@onestep/lab";

/** The names that `--backend` takes; help says them without loading the laboratory. */
export const backendNames: readonly BackendName[] = [
  "float64",
  "wasm",
  "wasm-f32",
  "tfjs:cpu",
  "tfjs:wasm",
  "tfjs-node",
];

export type { BackendName };
