import type { Matrix, PointwiseFunction } from "@onestep/core";
import type { AttentionHead } from "../deep/linear-transformer.ts";

/** What scores become before they weigh tokens: themselves, h of each of them, or a softmax over the tokens attended to. */
export type AttentionKernel = "linear" | "softmax" | PointwiseFunction;

/** A block that maps every token by itself, z ↦ z + W₂ φ(W₁ z + b). */
export interface MlpBlock {
  /** W₁, `[k, d+1]` */
  readonly hidden: Matrix;
  /** b, `[k]` */
  readonly bias: Float64Array;
  /** W₂, `[d+1, k]` */
  readonly output: Matrix;
  /** φ; `"linear"` is the MLP of a linear transformer block */
  readonly activation: "linear" | PointwiseFunction;
}

/** Heads side by side, whose sum is added to the tokens, and a block after them. */
export interface AttentionLayer {
  /** At least one; the sign of a head is that of its P. */
  readonly heads: readonly AttentionHead[];
  readonly mlp?: MlpBlock;
}

/**
 * A transformer whose attention need not be linear, on the tokens vᵢ = (xᵢ, yᵢ) and v_q = (x_q, 0):
 *
 * $$ z_j \leftarrow z_j + \sum_h P_h \sum_{i \in \text{mask}(j)} \alpha_{ij}\, z_i, \qquad
 *    \alpha_{\cdot j} = \text{kernel}\big(z_i^\top Q_h z_j / \text{temperature}\big)_i, \qquad
 *    \hat y = -[z_q]_{d+1}. $$
 *
 * With the linear kernel and what is default here it is a `LinearTransformer`, minus sign in ŷ included.
 *
 * Source: pointwise kernels: Ahn et al., arXiv 2306.00297, Theorem 5; the MLP block: Zhang et al., arXiv 2402.14951.
 */
export interface AttentionTransformer {
  readonly layers: readonly AttentionLayer[];
  readonly kernel: AttentionKernel;
  /** Divides all scores; 1 if omitted. */
  readonly temperature?: number;
  /** Whom a context token attends to: `"prefix"`, the default, all context tokens; `"causal"` itself and those before it. */
  readonly mask?: "prefix" | "causal";
  /** Whether the query attends to itself, and under a prefix mask all other tokens to it; false if omitted. */
  readonly attendsToQuery?: boolean;
  /** Whether each layer divides its sum by n, the length of the prompt's context; false if omitted. */
  readonly dividesByLength?: boolean;
}
