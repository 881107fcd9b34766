import type { LsaParameters, Matrix, PromptBatch } from "@onestep/core";

/** What one minibatch tells an optimizer. */
export interface BatchEvaluation {
  readonly loss: number;
  readonly gradient: LsaParameters<Matrix>;
}

/**
 * Evaluates a layer on prompts, one coarse call per minibatch. Parameters and results are plain matrices, so that
 * training, checkpoints and reports do not know which engine ran.
 */
export interface LsaEngine {
  /** `"float64"`, `"tfjs:cpu"`, `"tfjs:wasm"`, … */
  readonly name: string;
  readonly unitRoundoff: number;
  lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation>;
  predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array>;
}
