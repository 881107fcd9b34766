import type { ContextStatistics } from "@onestep/core";
import { largest } from "../one-layer/float32-range.ts";
import { checkStatistics } from "./check-deep.ts";
import { openEvaluation, type DeepOptions } from "./deep-evaluation.ts";
import type { DeepGradient, DeepWeights } from "./sums.ts";

/** Loss and gradient of a linear transformer, on given prompts. */
export interface DeepOnStatistics {
  /** Which path runs: see `Deep`. */
  readonly name: string;
  /** How many blocks float32 could not hold, so that float64 summed them again. */
  readonly escalations: number;
  /**
   * The mean loss over all prompts.
   *
   * @param statistics with S, and one query a prompt
   * @param gradient overwritten with the loss's gradient
   * @throws NumericalError if they are not finite
   */
  lossAndGradient(weights: DeepWeights, statistics: ContextStatistics, gradient: DeepGradient): number;
}

/**
 * Opens loss and gradient of the same model as `openDeep`, on the statistics of prompts of any law.
 *
 * @param shape d and L, and whether a layer divides by n, with the prompt's own n where lengths vary
 * @throws DomainError unless there are a covariate and a layer
 *
 * @example
 * const deep = openDeepOnStatistics({ dimension: 1, layers: 1, dividesByLength: true });
 * const weights = { valueProjections: [Float64Array.of(0, 0, 0, 1)], keyQueries: [Float64Array.of(-0.5, 0, 0, 0)] };
 * const statistics = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariateGram: Float64Array.of(4), crossProduct: Float64Array.of(6), responseEnergy: Float64Array.of(9),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * // ŷ = 5 · 0.5 · 6 = 15
 * deep.lossAndGradient(weights, statistics, structuredClone(weights)); // => 64
 */
export function openDeepOnStatistics(
  shape: { readonly dimension: number; readonly layers: number; readonly dividesByLength: boolean },
  options: DeepOptions = {},
): DeepOnStatistics {
  const where = "openDeepOnStatistics";
  const { name, block, escalations, begin, sum, finish } = openEvaluation(where, shape, options);
  return {
    name,
    get escalations() {
      return escalations();
    },
    lossAndGradient: (weights, statistics, gradient) => {
      checkStatistics(`${where}.lossAndGradient`, shape.dimension, statistics);
      begin(weights, scalesOf(statistics));
      const { count, contextLength, lengths } = statistics;
      const scaleOf = (prompt: number): number =>
        shape.dividesByLength ? 1 / (lengths?.[prompt] ?? contextLength) : 1;
      const sumsOf = (at: number): Float64Array => {
        const range = { statistics, first: at * block, count: Math.min(block, count - at * block), scaleOf };
        return sum((summer) => summer.sumStatistics(range));
      };
      return finish(Math.ceil(count / block), sumsOf, count, gradient);
    },
  };
}

/** Of the numbers of which prompts are made: of contexts by the sums of squares of the first. */
function scalesOf(statistics: ContextStatistics): readonly number[] {
  const { dimension, contextLength, lengths, queryCovariates, queryResponses, covariateGram } = statistics;
  const rows = lengths?.[0] ?? contextLength;
  const sizes = [largest(covariateGram, 0, (dimension * (dimension + 1)) / 2), statistics.responseEnergy[0]];
  return [largest(queryCovariates), largest(queryResponses), ...sizes.map((square) => Math.sqrt(square / rows))];
}
