import type { LsaParameters, TensorBackend } from "@onestep/core";
import type { Tokens } from "./tokens.ts";

/**
 * The layer's predictions for the hidden responses of the queries.
 *
 * $$ \hat y = u^\top G M v_q = \sum_i \langle u, v_i\rangle \langle M v_q, v_i\rangle $$
 *
 * No n×n attention is formed: each token meets the query once.
 *
 * @param tokens context `[B, n, d+1]` and query `[B, d+1]`
 * @returns ŷ, `[B]`
 *
 * Source: arXiv 2307.03576, equation of the LSA layer, with u = W_Vᵀh and M = W_KᵀW_Q.
 *
 * @example
 * // v₁ = (2, 3), v_q = (5, 0): ⟨u, v₁⟩ = 8, ⟨M v_q, v₁⟩ = −5
 * const backend = float64Backend();
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * const tokens = { context: backend.fromValues([2, 3], [1, 1, 2]), query: backend.fromValues([5, 0], [1, 2]) };
 * Array.from(predict(backend, parametersOn(backend, layer), tokens).values); // => [-40]
 */
export function predict<T>(backend: TensorBackend<T>, parameters: LsaParameters<T>, tokens: Tokens<T>): T {
  return backend.tidy(() => {
    const keys = backend.contract("ij,bj->bi", parameters.keyQuery, tokens.query);
    const scores = backend.contract("bni,bi->bn", tokens.context, keys);
    const values = backend.contract("bni,i->bn", tokens.context, parameters.valueProjection);
    return backend.contract("bn,bn->b", scores, values);
  });
}
