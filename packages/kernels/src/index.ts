export { fillLinearPrompts, type LinearPrompts, type PromptRange } from "./linear-prompts/linear-prompts.ts";
export { addLinearValues, type RowRange } from "./linear-prompts/linear-values.ts";
export { affineMap, type Affine, type NormalMap } from "./linear-prompts/normal-map.ts";
export { lsaLossAndGradient, type LsaGradientBuffers } from "./lsa-gradient/twin.ts";
export { openLsaGradient, type LsaGradient } from "./lsa-gradient/open-lsa-gradient.ts";
export { lsaPredictions } from "./lsa-prediction/twin.ts";
export { fillNormalsOfChildren, type Child, type NormalRuns } from "./normals/fill-normals-of-children.ts";
export { openStream } from "./normals/open-stream.ts";
export { type DrawnPrompts, type OneLayerMethod, type OneLayerParameters } from "./one-layer/block-sums.ts";
export { type LinearGaussianLaw, type TaskLaw } from "./one-layer/law.ts";
export { openOneLayer, type OneLayer, type OneLayerOptions } from "./one-layer/one-layer.ts";
export type { DeepOptions } from "./deep/deep-evaluation.ts";
export type { DeepForm } from "./deep/deep-program.ts";
export { openDeepOnStatistics, type DeepOnStatistics } from "./deep/open-deep-on-statistics.ts";
export { openDeep, type Deep } from "./deep/open-deep.ts";
export type { DeepGradient, DeepWeights } from "./deep/sums.ts";
export {
  openAdam,
  openDescent,
  type AdamStep,
  type DescentStep,
  type FusedOptimizer,
  type OptimizerArrays,
  type OptimizerEngine,
} from "./optimizers/fused-optimizer.ts";
export type { RelaxedModules } from "./relaxed/relaxed-modules.ts";
