/**
 * The parameters of one linear self-attention layer, ŷ = uᵀ G M v_q, with G = Σᵢ vᵢvᵢᵀ the context Gram matrix,
 * vᵢ = (xᵢ, yᵢ) and v_q = (x_q, 0).
 */
export interface LsaParameters<T> {
  /** M = W_Kᵀ W_Q, `[d+1, d+1]`. Its last column multiplies the query's zero response: dead parameters. */
  readonly keyQuery: T;
  /** u = W_Vᵀ h, `[d+1]` */
  readonly valueProjection: T;
}
