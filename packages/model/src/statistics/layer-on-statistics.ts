import { checkContextStatistics, type ContextStatistics, type LsaParameters, type Matrix } from "@onestep/core";
import type { DeepOptions } from "@onestep/kernels";
import { mergedHeads } from "../deep/parametrisations/merged-heads.ts";
import { hasFiniteParameters, packParameters } from "../lsa/parameters.ts";
import { orOverflow, overflowAt } from "../pretrain/overflow.ts";
import { fromFrame, measureTokenFrameOfSums, pullBackGradient, toFrame } from "../pretrain/token-frame.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import { transformerOnStatistics } from "./transformer-on-statistics.ts";

/**
 * One layer of linear self-attention for `pretrain`, on the statistics of prompts of any law: `layerInTokenFrame` where
 * rows have been summed, or never were drawn.
 *
 * @throws ShapeError, DomainError for a first minibatch that is none, or has no S
 *
 * @example
 * const statistics = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariateGram: Float64Array.of(4), crossProduct: Float64Array.of(6), responseEnergy: Float64Array.of(9),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * layerOnStatistics()(statistics).size; // => 6
 */
export function layerOnStatistics(
  options: DeepOptions = {},
): (first: ContextStatistics) => Trainable<LsaParameters<Matrix>, ContextStatistics> {
  return (first) => {
    checkContextStatistics("layerOnStatistics", first);
    const { dimension } = first;
    const frame = measureTokenFrameOfSums(first);
    const { path, size, unpack, lossAndGradient } = transformerOnStatistics(mergedHeads({ dimension }), options);
    return {
      ...(path === undefined ? {} : { path }),
      size,
      pack: (parameters) => toFrame(frame, parameters),
      unpack: (position) => fromFrame(frame, position),
      async lossAndGradient(position, statistics) {
        const parameters = fromFrame(frame, position);
        if (!hasFiniteParameters(parameters)) return overflowAt(size);
        const { loss, gradient } = await lossAndGradient(packParameters(parameters), statistics);
        if (!Number.isFinite(loss)) return overflowAt(size);
        const [slopes] = unpack(gradient);
        return orOverflow({ loss, gradient: pullBackGradient(frame, slopes) });
      },
    };
  };
}
