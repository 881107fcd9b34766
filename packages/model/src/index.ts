// linear self-attention
export { mergeWeights, type LsaWeights } from "./lsa/weights.ts";
export { tokensOn, type Tokens } from "./lsa/tokens.ts";
export { predict } from "./lsa/predict.ts";
export { lossAndGradient, type LossAndGradient } from "./lsa/gradient.ts";
export { inducedStep, type InducedStep } from "./lsa/induced-step.ts";
export { parametersOn } from "./lsa/parameters.ts";

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
export { pretrain, type PretrainingPlan, type PretrainingState, type ScreeningPlan } from "./pretrain/pretrain.ts";
export { populationLoss, type GaussianLinearPopulation, type PopulationLoss } from "./population.ts";
