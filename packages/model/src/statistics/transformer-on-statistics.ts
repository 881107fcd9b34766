import { checkContextStatistics, float64Backend, NumericalError, type ContextStatistics } from "@onestep/core";
import { openDeepOnStatistics, type DeepOptions } from "@onestep/kernels";
import { checkShapes, hasFiniteWeights } from "../deep/check-transformer.ts";
import { requireCovariates } from "../deep/context-gram.ts";
import { gradientOfHeads, kernelHeads, kernelWeights, roomForGradient } from "../deep/kernel-weights.ts";
import type { Parametrisation } from "../deep/parametrisations/parametrisation.ts";
import { trainableTransformer } from "../deep/trainable-transformer.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { orOverflow, overflowAt } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";

/**
 * A family of linear transformers for `pretrain`, on the statistics of prompts of any law, at a cost that does not depend
 * on n: `sampleContextStatistics` draws them without rows where the law allows it.
 *
 * Families of one head a layer on bare tokens run on kernels, the others on `transformerEngine(float64Backend())`; `path`
 * says which.
 *
 * @param options how kernels evaluate layers
 * @throws ShapeError, DomainError, on use, for statistics that are none, or have no S
 *
 * @example
 * const family = sparseTransformer({ dimension: 1, layers: 1 });
 * const statistics = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariateGram: Float64Array.of(4), crossProduct: Float64Array.of(6), responseEnergy: Float64Array.of(9),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * // ŷ = 5 · 0.5 · 6 = 15
 * (await transformerOnStatistics(family).lossAndGradient(Float64Array.of(0.5), statistics)).loss; // => 64
 */
export function transformerOnStatistics<W>(
  family: Parametrisation<W>,
  options: DeepOptions = {},
): Trainable<W, ContextStatistics> {
  const where = "transformerOnStatistics";
  const { size, pack, unpack, transformer, pullBack } = family;
  const shape = transformer(unpack(new Float64Array(size)));
  const layers = kernelHeads(shape)?.length;
  if (layers === undefined) {
    const path = "float64 statistics";
    return { path, ...trainableTransformer(family, transformerEngine(float64Backend())) };
  }
  const dimension = checkShapes(where, shape);
  const deep = openDeepOnStatistics({ dimension, layers, dividesByLength: shape.dividesByLength }, options);
  return {
    path: `${deep.name} on statistics`,
    size,
    pack,
    unpack,
    async lossAndGradient(position, statistics) {
      checkContextStatistics(where, statistics);
      requireCovariates(where, dimension, statistics);
      const weights = unpack(position);
      const model = transformer(weights);
      if (!hasFiniteWeights(model)) return overflowAt(size);
      const heads = kernelHeads(model)!;
      const gradient = roomForGradient(heads);
      try {
        const loss = deep.lossAndGradient(kernelWeights(heads), statistics, kernelWeights(gradient));
        return orOverflow({ loss, gradient: pullBack(weights, gradientOfHeads(gradient)) });
      } catch (error) {
        if (error instanceof NumericalError) return overflowAt(size);
        throw error;
      }
    },
  };
}
