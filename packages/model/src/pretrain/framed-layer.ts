import { checkPrompts, type LsaParameters, type Matrix, type PromptBatch } from "@onestep/core";
import type { LsaEngine } from "../engine/lsa-engine.ts";
import { hasFiniteParameters } from "../lsa/parameters.ts";
import { orOverflow, overflowAt } from "./overflow.ts";
import { fromFrame, measureTokenFrame, pullBackGradient, toFrame } from "./token-frame.ts";
import type { Trainable } from "./trainable.ts";

/**
 * One layer of linear self-attention for `pretrain`, moved in the token frame that is measured on the first minibatch.
 *
 * @throws ShapeError, DomainError for a first minibatch that is none
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * layerInTokenFrame(float64Engine())(prompts).size; // => 6
 */
export function layerInTokenFrame(engine: LsaEngine): (first: PromptBatch) => Trainable<LsaParameters<Matrix>> {
  return (first) => {
    checkPrompts("layerInTokenFrame", first);
    const frame = measureTokenFrame(first);
    const width = first.dimension + 1;
    const size = width * width + width;
    return {
      ...(engine.path === undefined ? {} : { path: engine.path }),
      size,
      pack: (parameters) => toFrame(frame, parameters),
      unpack: (position) => fromFrame(frame, position),
      async lossAndGradient(position, prompts) {
        const parameters = fromFrame(frame, position);
        if (!hasFiniteParameters(parameters)) return overflowAt(size);
        const { loss, gradient } = await engine.lossAndGradient(parameters, prompts);
        return orOverflow({ loss, gradient: pullBackGradient(frame, gradient) });
      },
    };
  };
}
