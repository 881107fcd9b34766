export { lsaLossAndGradient, type LsaGradientBuffers } from "./lsa-gradient/twin.ts";
export { lsaPredictions } from "./lsa-prediction/twin.ts";
