// Normals of the streams of `@onestep/core`, the same bytes, and the linear prompts that are made of them.

export { fillNormals } from "./one-stream.as";
export { fillFours } from "./four-streams.as";
export { openLanes } from "../lanes/open-lanes.as";
export { openChildren } from "./child-fours.as";
export { addLinearValues, multiplyRows, scaleRows, shiftRows, unzip } from "./zipped-rows.as";

/** For the test that it is core's. */
export { exp } from "../wasm/exp.as";

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
