/** The names that `--backend` takes. */
export const backendNames = ["float64", "wasm", "wasm-f32", "tfjs:cpu", "tfjs:wasm", "tfjs-node"] as const;
export type BackendName = (typeof backendNames)[number];
