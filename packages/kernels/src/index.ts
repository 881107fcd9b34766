export { lsaLossAndGradient, type LsaGradientBuffers } from "./lsa-gradient/twin.ts";
export { lsaPredictions } from "./lsa-prediction/twin.ts";
export { openStream } from "./normals/open-stream.ts";
