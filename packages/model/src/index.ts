// linear self-attention
export { mergeWeights, type LsaWeights } from "./lsa/weights.ts";
export { tokensOn, type Tokens } from "./lsa/tokens.ts";
export { predict } from "./lsa/predict.ts";
export { lossAndGradient, type LossAndGradient } from "./lsa/gradient.ts";
export { inducedStep, type InducedStep } from "./lsa/induced-step.ts";
export { parametersOn } from "./lsa/parameters.ts";
export {
  conventionNames,
  conventionOf,
  fromConvention,
  lossFromConvention,
  lossToConvention,
  toConvention,
  type Convention,
  type ConventionName,
} from "./lsa/convention.ts";

// depth and heads
export type {
  AttentionHead,
  LinearTransformer,
  TokenEmbedding,
  TransformerGradient,
} from "./deep/linear-transformer.ts";
export { lsaHeads, sparseHead } from "./deep/layer-heads.ts";
export * as construct from "./deep/construct.ts";
export { transformerEngine, type TransformerEngine } from "./deep/transformer-engine.ts";
export { inducedWeights, type InducedWeights } from "./deep/induced-weights.ts";
export { inducedPolynomials, type InducedPolynomials } from "./deep/induced-polynomials.ts";
export { inducedStepOfHeads, type MultiHeadStep } from "./deep/multi-head-step.ts";

// the same over any tensor backend, tensors in and tensors out
export { contextGramsOn, type ContextGrams, type Contexts } from "./deep/context-gram.ts";
export { transformerOn, type LayerTensors, type TransformerTensors } from "./deep/transformer-tensors.ts";
export { predictFromGram } from "./deep/gram-recursion.ts";
export { gramLossAndGradient, type TransformerLoss } from "./deep/gram-gradient.ts";
export { finalTokens } from "./deep/token-forward.ts";

// parametrisations: what training moves
export type { Parametrisation } from "./deep/parametrisations/parametrisation.ts";
export { fullTransformer } from "./deep/parametrisations/full.ts";
export { sparseTransformer } from "./deep/parametrisations/sparse.ts";
export { gdPlusPlusTransformer, type GdPlusPlusLayer } from "./deep/parametrisations/gd-plus-plus.ts";
export { tiedTransformer } from "./deep/parametrisations/tied.ts";
export { mergedHeads } from "./deep/parametrisations/merged-heads.ts";
export { factoredHeads } from "./deep/parametrisations/factored-heads.ts";
export { reducedStep } from "./deep/parametrisations/reduced-step.ts";
export { withInitialWeights, withQueryGuess, type WithGuess } from "./deep/parametrisations/initial-guess.ts";

// engines and backends
export type { BatchEvaluation, LsaEngine } from "./engine/lsa-engine.ts";
export { float64Engine } from "./engine/float64-engine.ts";
export { backendEngine } from "./engine/backend-engine.ts";
export { tfjsBackend, type TfjsTensor, type TfjsLibrary } from "./backends/tfjs.ts";

// optimizers
export type { Optimizer, OptimizerState } from "./optimizers/optimizer.ts";
export { adam, type AdamSettings } from "./optimizers/adam.ts";
export { gradientDescent } from "./optimizers/gradient-descent.ts";
export { normalizedGradient } from "./optimizers/normalized-gradient.ts";

// training
export type { Trainable } from "./pretrain/trainable.ts";
export { layerInTokenFrame } from "./pretrain/framed-layer.ts";
export { trainableTransformer } from "./deep/trainable-transformer.ts";
export { pretrain, type PretrainingPlan, type PretrainingState, type ScreeningPlan } from "./pretrain/pretrain.ts";
export { populationLoss, type GaussianLinearPopulation, type PopulationLoss } from "./population.ts";
