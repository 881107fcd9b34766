import { cite, type Citation } from "./sources.ts";

/** A published statement and the function that computes it. */
export interface Theorem {
  readonly source: Citation;
  /** What it says, in a sentence. */
  readonly statement: string;
  /** The exported function of this package. */
  readonly computedBy: string;
}

/**
 * Where to find a theorem: the statements of the literature, in the order of their papers.
 *
 * @example
 * theorems.find((theorem) => theorem.source.locator === "Theorem 5")?.computedBy; // => "reluAttention"
 */
export const theorems: readonly Theorem[] = [
  {
    source: cite("mahankali-2023", "Theorem 1"),
    statement:
      "On isotropic Gaussian prompts every minimizer of one layer performs one gradient step, of size 1/(n+d+1+σ²/ω²).",
    computedBy: "optimalStepSize",
  },
  {
    source: cite("mahankali-2023", "Theorem 2"),
    statement:
      "With covariance Σ and tasks of covariance Σ⁻¹ it performs one step preconditioned by Σ⁻¹, of the same size.",
    computedBy: "optimalPreconditioner",
  },
  {
    source: cite("mahankali-2023", "Theorem 3"),
    statement:
      "On nonlinear targets of a rotation-invariant law it still performs one gradient step of linear regression.",
    computedBy: "rotationInvariantStep",
  },
  {
    source: cite("ahn-2023", "Theorem 1"),
    statement:
      "With covariance Σ, tasks N(0, I) and no noise it performs one step preconditioned by [(n+1)Σ + tr(Σ)I]⁻¹.",
    computedBy: "optimalPreconditioner",
  },
  {
    source: cite("ahn-2023", "Theorem 2"),
    statement: "Two layers that share the x-rows have a diagonal optimum; its two step sizes are roots of a quadratic.",
    computedBy: "optimalDepth",
  },
  {
    source: cite("ahn-2023", "Theorem 3"),
    statement: "L such layers have critical points A_l = a_l Σ⁻¹; here they are computed, and attained.",
    computedBy: "optimalDepth",
  },
  {
    source: cite("ahn-2023", "Theorem 4"),
    statement: "Layers that also reshape the covariates have critical points A_l = a_l Σ⁻¹, B_l = b_l I: GD++.",
    computedBy: "optimalGdPlusPlus",
  },
  {
    source: cite("ahn-2023", "Theorem 5"),
    statement: "ReLU attention has the optimum Q ∝ I, with step size 1/((n−1)/2 + d + 2).",
    computedBy: "reluAttention",
  },
  {
    source: cite("zhang-2023", "convergence of gradient flow"),
    statement: "Gradient flow of merged attention ends at the minimizer that its conserved quantity selects.",
    computedBy: "mergedLimit",
  },
  {
    source: cite("zhang-2025", "merged key and query: a single abrupt drop"),
    statement: "Merged attention learns white prompts along a logistic curve.",
    computedBy: "mergedFlow",
  },
  {
    source: cite("zhang-2025", "separate key and query: saddle to saddle"),
    statement: "Rank-one heads with separate key and query learn one eigen-direction after another.",
    computedBy: "plateauLosses",
  },
  {
    source: cite("xie-2025", "heads on a non-zero prior mean"),
    statement: "Where task vectors have a mean, several heads help; d + 1 heads reach the unconstrained optimum.",
    computedBy: "multiHeadOptimum",
  },
  {
    source: cite("palais-1979", "principle of symmetric criticality"),
    statement:
      "A critical point among the symmetric parameters is critical among all: why the depth optimum is one of the full problem.",
    computedBy: "optimalDepth",
  },
];
