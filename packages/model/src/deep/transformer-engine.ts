import { type TensorBackend } from "@onestep/core";
import { lossWithoutNaN, requirePredictions } from "../engine/overflow.ts";
import { freeing, takeValues } from "../engine/take-values.ts";
import { meanLoss } from "../losses/mean-loss.ts";
import type { PredictionLoss } from "../losses/prediction-loss.ts";
import { checkTransformer } from "./check-transformer.ts";
import { checkContexts, gramTensors, requireCovariates, type ContextGrams, type Contexts } from "./context-gram.ts";
import { gramGradient, gramLossAndGradient } from "./gram-gradient.ts";
import { predictFromGram } from "./gram-recursion.ts";
import type { LinearTransformer, TransformerGradient } from "./linear-transformer.ts";
import { tensorsOf, transformerFrom, transformerOn, type TransformerTensors } from "./transformer-tensors.ts";

/** Evaluates linear transformers of any depth on prompts, row by row or as statistics, one coarse call per minibatch. */
export interface TransformerEngine {
  /** `"float64"`, `"tfjs:cpu"`, `"tfjs:wasm"`, … */
  readonly name: string;
  readonly unitRoundoff: number;
  predict(transformer: LinearTransformer, contexts: Contexts): Promise<Float64Array>;
  /** An overflow is an outcome that training reports: loss and gradient may be infinite, and nothing is thrown. */
  lossAndGradient(
    transformer: LinearTransformer,
    contexts: Contexts,
  ): Promise<{ readonly loss: number; readonly gradient: TransformerGradient }>;
}

/**
 * The Gram recursion on any tensor backend. Every tensor made here is freed before the call returns.
 *
 * Both calls throw ShapeError where transformer and prompts do not fit, and DomainError for weights or prompts that are
 * not finite and for statistics without S; `predict` throws NumericalError where a prediction overflows.
 *
 * @param loss of each prediction; omitted, the squared error, which never leaves the backend. Any other takes a second
 * forward pass, because its predictions do, B numbers, so that the backend has to know linear algebra only.
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
export function transformerEngine<T>(backend: TensorBackend<T>, loss?: PredictionLoss): TransformerEngine {
  const onGrams = <R>(
    transformer: LinearTransformer,
    contexts: Contexts,
    body: (weights: TransformerTensors<T>, grams: ContextGrams<T>) => R,
  ): R =>
    backend.tidy(() =>
      body(transformerOn(backend, transformer), gramTensors(backend, contexts, transformer.dividesByLength)),
    );
  const predict = async (transformer: LinearTransformer, contexts: Contexts): Promise<Float64Array> => {
    const predictions = onGrams(transformer, contexts, (weights, grams) => predictFromGram(backend, weights, grams));
    const [values] = await takeValues(backend, predictions);
    return values;
  };
  return {
    name: backend.name,
    unitRoundoff: backend.unitRoundoff,
    async predict(transformer, contexts) {
      const where = "transformerEngine.predict";
      checkContexts(where, contexts);
      requireCovariates(where, checkTransformer(where, transformer), contexts);
      return requirePredictions(where, await predict(transformer, contexts));
    },
    async lossAndGradient(transformer, contexts) {
      const where = "transformerEngine.lossAndGradient";
      checkContexts(where, contexts);
      requireCovariates(where, checkTransformer(where, transformer), contexts);
      if (loss === undefined) {
        const squared = onGrams(transformer, contexts, (weights, grams) =>
          gramLossAndGradient(backend, weights, grams),
        );
        return freeing(backend, [squared.loss, ...tensorsOf(squared.gradient)], async () => {
          const [value] = await backend.toValues(squared.loss);
          return { loss: lossWithoutNaN(value), gradient: await transformerFrom(backend, squared.gradient) };
        });
      }
      const mean = meanLoss(loss, await predict(transformer, contexts), contexts.queryResponses);
      const gradient = onGrams(transformer, contexts, (weights, grams) => {
        const slopes = backend.fromValues(mean.slopes, [contexts.count]);
        return gramGradient(backend, weights, grams, () => slopes).gradient;
      });
      const values = await freeing(backend, tensorsOf(gradient), async () => transformerFrom(backend, gradient));
      return { loss: lossWithoutNaN(mean.loss), gradient: values };
    },
  };
}
