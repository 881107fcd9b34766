export { lsaLossAndGradient, type LsaGradientBuffers } from "./lsa-gradient/twin.ts";
export { lsaPredictions } from "./lsa-prediction/twin.ts";
export { fillNormalsOfChildren, type Child, type NormalRuns } from "./normals/fill-normals-of-children.ts";
export { openStream } from "./normals/open-stream.ts";
