/** The names that `--backend` takes. */
export const backendNames = ["float64", "tfjs:cpu", "tfjs:wasm"] as const;
export type BackendName = (typeof backendNames)[number];
