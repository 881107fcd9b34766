import { checkPrompts, type PromptBatch, type TensorBackend } from "@onestep/core";
import { tfjsBackend, type TfjsAutodiff, type TfjsTensor } from "../backends/tfjs.ts";
import { requireCovariates } from "../deep/context-gram.ts";
import { lossWithoutNaN, requirePredictions, withoutNaN } from "../engine/overflow.ts";
import { takeValues } from "../engine/take-values.ts";
import { requireOneQuery } from "../lsa/one-query.ts";
import { attentionPredictions } from "./attention-forward.ts";
import { layerTensors, weightBlocks, withWeights } from "./attention-tensors.ts";
import type { AttentionLayer, AttentionTransformer } from "./attention-transformer.ts";
import { checkAttention } from "./check-attention.ts";

/** Evaluates attention with any kernel, one coarse call per minibatch. */
export interface AttentionEngine {
  /** `"float64"`, `"tfjs:cpu"`, `"tfjs:wasm"`, … */
  readonly name: string;
  readonly unitRoundoff: number;
  predict(transformer: AttentionTransformer, prompts: PromptBatch): Promise<Float64Array>;
}

/** An engine that also differentiates the batch loss by all weights. */
export interface DifferentiableAttentionEngine extends AttentionEngine {
  /** An overflow is an outcome that training reports: loss and gradient may be infinite, and nothing is thrown. */
  lossAndGradient(
    transformer: AttentionTransformer,
    prompts: PromptBatch,
  ): Promise<{ readonly loss: number; readonly gradient: readonly AttentionLayer[] }>;
}

/**
 * Attention with any kernel on any tensor backend. Every tensor made here is freed before the call returns.
 *
 * `predict` throws ShapeError where transformer and prompts do not fit, DomainError for weights or prompts that are not
 * finite and for a kernel, activation or mask of another name, BackendError where the backend has no `map` or `softmax`,
 * NumericalError where a prediction overflows.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(2, -1), responses: Float64Array.of(3, 1),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const head = { valueProjection: diagonal([0, -1]), keyQuery: diagonal([0.1, 0]) };
 * // max(⟨x₁, x_q⟩/10, 0) = 1, max(⟨x₂, x_q⟩/10, 0) = 0
 * Array.from(await attentionEngine(float64Backend()).predict({ layers: [{ heads: [head] }], kernel: "relu" }, prompts)); // => [3]
 */
export function attentionEngine<T>(backend: TensorBackend<T>): AttentionEngine {
  return {
    name: backend.name,
    unitRoundoff: backend.unitRoundoff,
    async predict(transformer, prompts) {
      const where = "attentionEngine.predict";
      requireOneQuery(where, prompts);
      checkPrompts(where, prompts);
      requireCovariates(where, checkAttention(where, transformer), prompts);
      const predictions = backend.tidy(() => {
        const weights = weightBlocks(transformer).map(({ values, shape }) => backend.fromValues(values, shape));
        return attentionPredictions(backend, transformer, layerTensors(transformer, weights), prompts);
      });
      const [values] = await takeValues(backend, predictions);
      return requirePredictions(where, values);
    },
  };
}

/**
 * The same on TensorFlow.js, with the gradient of L = (1/B) Σ (ŷ − y_q)² by its automatic differentiation: kernels that
 * are no polynomials have none that is written by hand here.
 *
 * @param tf `@tensorflow/tfjs` with an active backend
 * @throws BackendError when no backend of the library is ready
 */
export function autodiffAttentionEngine<T extends TfjsTensor>(tf: TfjsAutodiff<T>): DifferentiableAttentionEngine {
  const backend = tfjsBackend(tf);
  return {
    ...attentionEngine(backend),
    async lossAndGradient(transformer, prompts) {
      const where = "autodiffAttentionEngine.lossAndGradient";
      requireOneQuery(where, prompts);
      checkPrompts(where, prompts);
      requireCovariates(where, checkAttention(where, transformer), prompts);
      const { value, grads } = backend.tidy(() => {
        const weights = weightBlocks(transformer).map(({ values, shape }) => backend.fromValues(values, shape));
        const negated = prompts.queryResponses.map((response) => -response);
        const responses = backend.fromValues(negated, [prompts.count]);
        return tf.valueAndGrads((...tensors) => {
          const layers = layerTensors(transformer, tensors);
          const residuals = backend.add(attentionPredictions(backend, transformer, layers, prompts), responses);
          return backend.scale(backend.contract("b,b->", residuals, residuals), 1 / prompts.count);
        })(weights);
      });
      const [[loss], ...blocks] = await takeValues(backend, value, ...grads);
      return { loss: lossWithoutNaN(loss), gradient: withWeights(transformer, blocks.map(withoutNaN)) };
    },
  };
}
