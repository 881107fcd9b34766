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
  /** `"float64"`, `"wasm"`, `"wasm-f32"`, `"tfjs:cpu"`, `"tfjs:wasm"`, … */
  readonly name: string;
  readonly unitRoundoff: number;
  /** Which of several ways runs, where an engine has several: `"wasm-f64 given rows"`. */
  readonly path?: string;
  /**
   * An overflow is an outcome that training reports: loss and gradient may be infinite.
   *
   * @throws ShapeError, DomainError where the layer is none, the prompts are none, or the two do not fit
   */
  lossAndGradient(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<BatchEvaluation>;
  /** @throws ShapeError, DomainError as `lossAndGradient`; NumericalError where a prediction overflows */
  predict(parameters: LsaParameters<Matrix>, prompts: PromptBatch): Promise<Float64Array>;
}
