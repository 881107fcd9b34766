import type { Matrix } from "../matrix/matrix.ts";

/**
 * All that the loss of a step Γ can depend on, with b = Xᵀy:
 *
 * $$ R(\Gamma) = \mathbb{E}\,y_q^2 - 2\,\mathrm{tr}(\Gamma A) + \sum_k p_k\,\mathrm{tr}(S_k \Gamma B_k \Gamma^\top) $$
 *
 * `data` computes it from a law, `theory` consumes it, and neither knows the other.
 */
export interface PromptMoments {
  /** n; for a random length, its mean */
  readonly contextLength: number;
  /** d */
  readonly dimension: number;
  /** A = E[b (y_q x_q)ᵀ], `[d, d]`; n·C for i.i.d. rows, C = E ββᵀ, β = E[y x | task] */
  readonly crossMoment: Matrix;
  /** One entry per prompt-level latent (a random covariance, a random length); a single one for most laws. */
  readonly strata: readonly MomentStratum[];
  /** E y_q², noise included */
  readonly responseSecondMoment: number;
  /** Whether the even part of attention provably cannot help on this law. */
  readonly evenPartDecouples: "proved" | "not known";
}

/** The second moments of one stratum of prompts. */
export interface MomentStratum {
  /** p_k; the strata's probabilities sum to 1 */
  readonly probability: number;
  /** S_k = E[x_q x_qᵀ | k], `[d, d]` */
  readonly querySecondMoment: Matrix;
  /** B_k = E[b bᵀ | k], `[d, d]`; n·E2 + n(n−1)·C for i.i.d. rows, E2 = E[y² x xᵀ], noise included */
  readonly stepMoment: Matrix;
}
