import { type TensorBackend } from "@onestep/core";
import { checkShapes, checkTransformer } from "./check-transformer.ts";
import { contextGramsOn, requireCovariates, type Contexts } from "./context-gram.ts";
import { gramLossAndGradient } from "./gram-gradient.ts";
import { predictFromGram } from "./gram-recursion.ts";
import type { LinearTransformer, TransformerGradient } from "./linear-transformer.ts";
import { tensorsOf, transformerFrom, transformerOn } from "./transformer-tensors.ts";

/** Evaluates linear transformers of any depth on prompts, row by row or as statistics, one coarse call per minibatch. */
export interface TransformerEngine {
  /** `"float64"`, `"tfjs:cpu"`, `"tfjs:wasm"`, … */
  readonly name: string;
  readonly unitRoundoff: number;
  predict(transformer: LinearTransformer, contexts: Contexts): Promise<Float64Array>;
  /** An overflow is an outcome that training reports: loss and gradient may be infinite or NaN, nothing is thrown. */
  lossAndGradient(
    transformer: LinearTransformer,
    contexts: Contexts,
  ): Promise<{ readonly loss: number; readonly gradient: TransformerGradient }>;
}

/**
 * The Gram recursion on any tensor backend. Every tensor made here is freed before the call returns.
 *
 * Both calls throw ShapeError where transformer and prompts do not fit, and DomainError for statistics without S;
 * `predict` also for weights that are not finite.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const twoSteps = construct.gradientDescent({ dimension: 1, stepSizes: [0.125, 0.125] });
 * // ŵ = 0, then 0.75, then 0.75 + 0.125·2·(3 − 2·0.75) = 1.125
 * Array.from(await transformerEngine(float64Backend()).predict(twoSteps, prompts)); // => [5.625]
 */
export function transformerEngine<T>(backend: TensorBackend<T>): TransformerEngine {
  return {
    name: backend.name,
    unitRoundoff: backend.unitRoundoff,
    async predict(transformer, contexts) {
      const where = "transformerEngine.predict";
      requireCovariates(where, checkTransformer(where, transformer), contexts);
      const predictions = backend.tidy(() => {
        const grams = contextGramsOn(backend, contexts, transformer.dividesByLength);
        return predictFromGram(backend, transformerOn(backend, transformer), grams);
      });
      const values = await backend.toValues(predictions);
      backend.dispose(predictions);
      return values;
    },
    async lossAndGradient(transformer, contexts) {
      const where = "transformerEngine.lossAndGradient";
      requireCovariates(where, checkShapes(where, transformer), contexts);
      const { loss, gradient } = backend.tidy(() => {
        const grams = contextGramsOn(backend, contexts, transformer.dividesByLength);
        return gramLossAndGradient(backend, transformerOn(backend, transformer), grams);
      });
      const [lossValue, gradientValues] = await Promise.all([
        backend.toValues(loss),
        transformerFrom(backend, gradient),
      ]);
      backend.dispose(loss, ...tensorsOf(gradient));
      return { loss: lossValue[0], gradient: gradientValues };
    },
  };
}
