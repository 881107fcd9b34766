import type { RandomKey } from "@onestep/core";
import { expectedSquaredError, integrateQueries, sampleContextStatistics, type PromptLaw } from "@onestep/data";
import { inducedWeights, type LinearTransformer } from "@onestep/model";

/** Contexts between two calls of `tick`. */
const CHUNK = 2000;

/**
 * The squared errors of transformers on the same drawn contexts, E[(ŷ − y_q)² | context], queries integrated out.
 *
 * @param request.tick called now and then, so that a recipe can be ended
 * @throws AssumptionError for a law whose queries have no closed form
 */
export function contextErrors(
  law: PromptLaw,
  transformers: readonly LinearTransformer[],
  { key, count, tick }: { readonly key: RandomKey; readonly count: number; readonly tick: () => void },
): Float64Array[] {
  const errors = transformers.map(() => new Float64Array(count));
  const d = law.dimension;
  for (let from = 0; from < count; from += CHUNK) {
    const chunk = { key, from, count: Math.min(CHUNK, count - from) };
    const statistics = sampleContextStatistics(law, chunk);
    const queries = integrateQueries(law, chunk);
    transformers.forEach((transformer, at) => {
      const { weights } = inducedWeights(transformer, statistics);
      for (let i = 0; i < chunk.count; i++) {
        errors[at][from + i] = expectedSquaredError(queries, i, weights.subarray(i * d, (i + 1) * d));
      }
    });
    tick();
  }
  return errors;
}
