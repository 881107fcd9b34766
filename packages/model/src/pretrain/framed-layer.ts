import type { LsaParameters, Matrix, PromptBatch } from "@onestep/core";
import type { LsaEngine } from "../engine/lsa-engine.ts";
import { fromFrame, measureTokenFrame, pullBackGradient, toFrame } from "./token-frame.ts";
import type { Trainable } from "./trainable.ts";

/**
 * One layer of linear self-attention for `pretrain`, moved in the token frame that is measured on the first minibatch.
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
    const frame = measureTokenFrame(first);
    const width = first.dimension + 1;
    return {
      size: width * width + width,
      pack: (parameters) => toFrame(frame, parameters),
      unpack: (position) => fromFrame(frame, position),
      async lossAndGradient(position, prompts) {
        const { loss, gradient } = await engine.lossAndGradient(fromFrame(frame, position), prompts);
        return { loss, gradient: pullBackGradient(frame, gradient) };
      },
    };
  };
}
