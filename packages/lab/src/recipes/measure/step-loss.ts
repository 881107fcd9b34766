import { childKey, meanAccumulator, multiplyVector, type Estimate, type Matrix, type RandomKey } from "@onestep/core";
import { expectedSquaredError, integrateQueries, sampleContextStatistics, type PromptLaw } from "@onestep/data";

/** Prompts between two calls of `tick`. */
const CHUNK = 2000;

/**
 * The loss of a fixed step on a law, E(y_q − x_qᵀΓXᵀy)², by Monte Carlo over contexts; queries are integrated out.
 *
 * @param preconditioner Γ, `[d, d]`, unnormalised
 * @param request.tick called now and then, so that a recipe can be ended
 * @throws AssumptionError for a law whose queries have no closed form
 */
export function estimateStepLoss(
  law: PromptLaw,
  preconditioner: Matrix,
  request: { readonly key: RandomKey; readonly count: number; readonly tick: () => void },
): Estimate {
  const { count, tick } = request;
  const key = childKey(request.key, "fresh");
  const d = law.dimension;
  const losses = meanAccumulator();
  for (let from = 0; from < count; from += CHUNK) {
    const chunk = { key, count: Math.min(CHUNK, count - from), from };
    const { crossProduct } = sampleContextStatistics(law, { ...chunk, gram: false });
    const queries = integrateQueries(law, chunk);
    for (let i = 0; i < chunk.count; i++) {
      const step = multiplyVector(preconditioner, crossProduct.subarray(i * d, (i + 1) * d));
      losses.push(expectedSquaredError(queries, i, step));
    }
    tick();
  }
  return losses.estimate();
}
