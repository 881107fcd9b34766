import { backendNames, browserBackendNames, type BackendName } from "@onestep/lab";

/** The backends that a page can train on: those of Node alone are none of them. */
export const pageBackendNames: readonly BackendName[] = [
  ...backendNames.filter((name) => name !== "tfjs-node"),
  ...browserBackendNames,
];
