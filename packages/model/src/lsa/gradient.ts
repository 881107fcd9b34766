import type { LsaParameters, TensorBackend } from "@onestep/core";
import type { Tokens } from "./tokens.ts";

/** A loss with its gradient, in the shapes of the parameters. */
export interface LossAndGradient<T> {
  /** `[]` */
  readonly loss: T;
  readonly gradient: LsaParameters<T>;
}

/**
 * The batch loss L = (1/B) Σ (ŷ − y_q)² and its gradient, written by hand: the layer is a polynomial, so no autodiff.
 *
 * With k = M v_q, a = G u, c = G k and residual r = aᵀk − y_q,
 *
 * $$ \partial L/\partial M = \tfrac2B \sum_b r_b\, a_b v_{q,b}^\top, \qquad
 *    \partial L/\partial u = \tfrac2B \sum_b r_b\, c_b. $$
 *
 * The last column of ∂L/∂M is zero: it belongs to the dead parameters that multiply the query's zero response.
 *
 * @param tokens context `[B, n, d+1]` and query `[B, d+1]`
 * @param queryResponses y_q, `[B]`
 *
 * @example
 * const backend = float64Backend();
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * const tokens = { context: backend.fromValues([2, 3], [1, 1, 2]), query: backend.fromValues([5, 0], [1, 2]) };
 * const { loss, gradient } = lossAndGradient(backend, parametersOn(backend, layer), tokens, backend.fromValues([7], [1]));
 * Array.from(loss.values); // => [2209]
 * Array.from(gradient.valueProjection.values); // => [940, 1410]
 */
export function lossAndGradient<T>(
  backend: TensorBackend<T>,
  parameters: LsaParameters<T>,
  tokens: Tokens<T>,
  queryResponses: T,
): LossAndGradient<T> {
  return backend.tidy(() => {
    const { context, query } = tokens;
    const count = backend.shapeOf(queryResponses)[0];
    const keys = backend.contract("ij,bj->bi", parameters.keyQuery, query);
    const values = backend.contract("bni,i->bn", context, parameters.valueProjection);
    const attended = backend.contract("bni,bn->bi", context, values); // G u
    const scores = backend.contract("bni,bi->bn", context, keys);
    const contracted = backend.contract("bni,bn->bi", context, scores); // G M v_q
    const predictions = backend.contract("bi,bi->b", attended, keys);
    const residuals = backend.add(predictions, backend.scale(queryResponses, -1));
    const weighted = backend.contract("b,bi->bi", residuals, attended);
    return {
      loss: backend.scale(backend.contract("b,b->", residuals, residuals), 1 / count),
      gradient: {
        keyQuery: backend.scale(backend.contract("bi,bj->ij", weighted, query), 2 / count),
        valueProjection: backend.scale(backend.contract("b,bi->i", residuals, contracted), 2 / count),
      },
    };
  });
}
