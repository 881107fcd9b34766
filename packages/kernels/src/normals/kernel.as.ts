// Normals of the streams of `@onestep/core`: the same bytes.

export { fillNormals } from "./one-stream.as";
export { fillFours } from "./four-streams.as";
export { openChildren } from "./child-fours.as";

/** For the test that it is core's. */
export { exp } from "../wasm/exp.as";

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
