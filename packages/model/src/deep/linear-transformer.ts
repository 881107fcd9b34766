import type { Matrix } from "@onestep/core";

/** One head of a layer of linear attention: it adds P Z mask Zᵀ Q Z to the tokens. */
export interface AttentionHead {
  /** P, `[d+1, d+1]`: value and projection in one */
  readonly valueProjection: Matrix;
  /** Q, `[d+1, d+1]`: key and query in one */
  readonly keyQuery: Matrix;
}

/** What happens to the tokens before the first layer; an omitted part changes nothing. */
export interface TokenEmbedding {
  /** Maps every context token, vᵢ ↦ E vᵢ, `[d+1, d+1]` */
  readonly context?: Matrix;
  /** Maps the query token, v_q ↦ E v_q, `[d+1, d+1]` */
  readonly query?: Matrix;
  /** Learned tokens in front of every context, one a row, `[k, d+1]`; they count for nothing in the 1/n */
  readonly prefix?: Matrix;
}

/**
 * A linear transformer on the tokens vᵢ = (xᵢ, yᵢ) and v_q = (x_q, 0), the columns of Z:
 *
 * $$ Z_{l+1} = Z_l + \tfrac1n \sum_h P_{lh}\, Z_l\, \mathrm{mask}\, Z_l^\top Q_{lh}\, Z_l, \qquad
 *    \hat y = -[Z_L]_{d+1,\,n+1}. $$
 *
 * The mask hides the query from all tokens. The response slot of the query carries −⟨ŵ, x_q⟩ and that of a context token
 * its residual yᵢ − ⟨ŵ, xᵢ⟩, hence the minus sign in ŷ.
 *
 * Source: Ahn et al., arXiv 2306.00297, the model of Section 2; with several heads, the sum of theirs.
 */
export interface LinearTransformer {
  readonly embedding?: TokenEmbedding;
  /** The heads of each layer, at least one of each */
  readonly layers: readonly (readonly AttentionHead[])[];
  /** Whether a layer divides by n, the length of the prompt's context: true for deep models, false for plain sums. */
  readonly dividesByLength: boolean;
}

/** The derivatives of a loss by the weights of a transformer, in their shapes. */
export type TransformerGradient = Pick<LinearTransformer, "embedding" | "layers">;
