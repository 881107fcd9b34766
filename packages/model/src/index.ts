// linear self-attention
export { mergeWeights, type LsaWeights } from "./lsa/weights.ts";
export { tokensOn, type Tokens } from "./lsa/tokens.ts";
export { predict } from "./lsa/predict.ts";
export { lossAndGradient, type LossAndGradient } from "./lsa/gradient.ts";
export { inducedStep, type InducedStep } from "./lsa/induced-step.ts";
export { parametersOn } from "./lsa/parameters.ts";
export { conventionNames, conventionOf, type Convention, type ConventionName } from "./lsa/convention-dictionary.ts";
export { fromConvention, lossFromConvention, lossToConvention, toConvention } from "./lsa/convention.ts";

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
export { transformerFromConvention, transformerToConvention, type PaperLayers } from "./deep/deep-convention.ts";
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
export { diagonalTransformer, type DiagonalLayer } from "./deep/parametrisations/diagonal.ts";
export { tiedTransformer } from "./deep/parametrisations/tied.ts";
export { mergedHeads } from "./deep/parametrisations/merged-heads.ts";
export { factoredHeads } from "./deep/parametrisations/factored-heads.ts";
export { factoredStep, type StepHead } from "./deep/parametrisations/factored-step.ts";
export { reducedStep } from "./deep/parametrisations/reduced-step.ts";
export { withInitialWeights, withQueryGuess, type WithGuess } from "./deep/parametrisations/initial-guess.ts";

// linear attention with bias matrices
export {
  extendedAttention,
  ridgeStepHeads,
  ridgeTokens,
  type ExtendedHead,
  type TokenMap,
} from "./deep/extended-attention.ts";

// attention that need not be linear
export type {
  AttentionKernel,
  AttentionLayer,
  AttentionTransformer,
  MlpBlock,
} from "./attention/attention-transformer.ts";
export {
  attentionEngine,
  autodiffAttentionEngine,
  type AttentionEngine,
  type DifferentiableAttentionEngine,
} from "./attention/attention-engine.ts";
export { trainableAttention } from "./attention/trainable-attention.ts";
export type { PredictorFamily } from "./attention/predictor-family.ts";
export { pointwiseStep, type PointwiseStep } from "./attention/pointwise-step.ts";
export { softmaxPair, type SoftmaxPair } from "./attention/softmax-pair.ts";

// engines and backends
export type { BatchEvaluation, LsaEngine } from "./engine/lsa-engine.ts";
export { float64Engine } from "./engine/float64-engine.ts";
export { kernelEngine } from "./engine/kernel-engine.ts";
export { backendEngine } from "./engine/backend-engine.ts";
export { tfjsBackend, type TfjsAutodiff, type TfjsLibrary, type TfjsTensor } from "./backends/tfjs.ts";
export { tfjsNode, type TfjsNode } from "./backends/tfjs-node.ts";

// optimizers
export type { Optimizer, OptimizerState } from "./optimizers/optimizer.ts";
export { adam, type AdamSettings } from "./optimizers/adam.ts";
export { adamW, type AdamWSettings } from "./optimizers/adam-w.ts";
export { clipped, type Clipping } from "./optimizers/clipped.ts";
export { gradientDescent, type GradientDescentSettings } from "./optimizers/gradient-descent.ts";
export { normalizedGradient } from "./optimizers/normalized-gradient.ts";
export type { Objective, Slope } from "./optimizers/objective.ts";
export { gradientFlow, type FlowPlan, type FlowState } from "./optimizers/gradient-flow.ts";
export { newton } from "./optimizers/newton.ts";
export { lbfgs, type DescentPlan, type DescentState } from "./optimizers/lbfgs.ts";

// losses
export { huberLoss, logisticLoss, quantileLoss, squaredLoss, type PredictionLoss } from "./losses/prediction-loss.ts";
export { lossEngine } from "./losses/loss-engine.ts";

// training
export type { Trainable } from "./pretrain/trainable.ts";
export { layerInTokenFrame } from "./pretrain/framed-layer.ts";
export { trainableTransformer } from "./deep/trainable-transformer.ts";
export { pretrain, resume } from "./pretrain/pretrain.ts";
export type { PretrainingPlan, ScreeningPlan } from "./pretrain/plan.ts";
export type { PretrainingState } from "./pretrain/state.ts";
export {
  constantRate,
  cosineRate,
  inverseTime,
  stepDecay,
  triangleRate,
  warmUp,
  type Schedule,
} from "./pretrain/schedules.ts";
export { logSpaced } from "./pretrain/log-spaced.ts";
export { inDimension, staircase, type Staircase } from "./pretrain/curriculum.ts";
export { chunkRanges, inChunks, inTurn, type Chunk, type ChunkEvaluator } from "./pretrain/chunks.ts";
export { pretrainSeeds } from "./pretrain/seeds.ts";
export type { PlanRecord, PretrainingSnapshot, Runner } from "./pretrain/snapshot.ts";

// training on prompts that are drawn where they are evaluated
export type { DrawnPrompts } from "./drawn/drawn-prompts.ts";
export { layerOnDrawnPrompts } from "./drawn/layer-on-drawn-prompts.ts";
export { transformerOnDrawnPrompts } from "./drawn/transformer-on-drawn-prompts.ts";

// training on the sums that attention sees of prompts
export { layerOnStatistics } from "./statistics/layer-on-statistics.ts";
export { transformerOnStatistics } from "./statistics/transformer-on-statistics.ts";

// training on the law itself
export type { GaussianLinearPopulation } from "./population/task-moments.ts";
export { populationLoss, type PopulationLoss } from "./population/population-loss.ts";
export { layerOnPopulation, trainableOnPopulation } from "./population/layer-on-population.ts";
export { scalarLayersOnPopulation, type ScalarPopulation } from "./population/scalar-layers-on-population.ts";
export { alternatingMinimization, type MinimizationSweep } from "./population/alternating-minimization.ts";

// learners: what a model is compared with
export * as learners from "./learners/index.ts";
export type { Learner, LearnerFactory, LearnerRow } from "./learners/learner.ts";

// checkpoints, and weight files of Python
export { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint/checkpoint.ts";
export { readNpz, writeNpz } from "./interchange/npz.ts";
export { readSafetensors, writeSafetensors } from "./interchange/safetensors.ts";
export type { Precision, StoredArray, StoredArrays, WriteOptions } from "./interchange/stored-array.ts";
export { arraysOfLayer, layerOfArrays } from "./interchange/layer-arrays.ts";
export { arraysOfTransformer, transformerOfArrays } from "./interchange/transformer-arrays.ts";
export { transformerOfAllparam } from "./interchange/allparam.ts";
export { transformerOfHaikuTree } from "./interchange/haiku-tree.ts";
export { checkArrays, numpyChecker } from "./interchange/numpy-checker.ts";
