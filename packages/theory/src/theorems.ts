import { hypotheses } from "./hypotheses.ts";
import { cite, type Citation } from "./sources.ts";

/** A published statement and the function that computes it. */
export interface Theorem {
  readonly source: Citation;
  /** What it says, in a sentence. */
  readonly statement: string;
  /** What it assumes, as it was published; the function may need less, and its own passport says what. */
  readonly hypotheses: readonly string[];
  /** The exported function of this package. */
  readonly computedBy: string;
}

const unitTasks = "task vectors w ~ N(0, I), y = ⟨w, x⟩ + noise";
const sharedRows = "layers that share the x-rows: P_l = e eᵀ, Q_l = −diag(A_l, 0)";
const smallStart = "gradient flow from a small start";

/**
 * Where to find a theorem: the statements of the literature, in the order of their papers.
 *
 * @example
 * theorems.find((theorem) => theorem.source.locator === "Theorem 5")?.computedBy; // => "reluAttention"
 */
export const theorems: readonly Theorem[] = [
  {
    source: cite("mahankali-2023", "Theorem 1"),
    statement: "Every global minimizer of one layer performs one gradient step, of size 1/(n+d+1+σ²).",
    hypotheses: [hypotheses.linearAttention, hypotheses.isotropicCovariates, unitTasks, hypotheses.gaussianNoise],
    computedBy: "optimalStepSize",
  },
  {
    source: cite("mahankali-2023", "Theorem 2"),
    statement:
      "With tasks of covariance Σ⁻¹ every global minimizer performs one step preconditioned by Σ⁻¹, of the size of Theorem 1.",
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.gaussianCovariates,
      hypotheses.whitenedTasks,
      hypotheses.gaussianNoise,
    ],
    computedBy: "optimalPreconditioner",
  },
  {
    source: cite("mahankali-2023", "Theorem 3"),
    statement: "On nonlinear targets, too, every global minimizer performs one gradient step of linear regression.",
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.isotropicCovariates,
      "a target f whose law is invariant under rotations and under f → −f; the second is not needed (symmetryReduction)",
      hypotheses.gaussianNoise,
    ],
    computedBy: "rotationInvariantStep",
  },
  {
    source: cite("ahn-2023", "Theorem 1"),
    statement: "Up to rescaling, the global minimum of one layer is a step preconditioned by [(n+1)Σ + tr(Σ)I]⁻¹.",
    hypotheses: [hypotheses.linearAttention, hypotheses.gaussianCovariates, unitTasks, hypotheses.noiseFree],
    computedBy: "optimalPreconditioner",
  },
  {
    source: cite("ahn-2023", "Theorem 2"),
    statement:
      "Two layers have a global minimum with diagonal A_l. The best multiples of I, computed here, are 1/roots of a quadratic.",
    hypotheses: [`two ${sharedRows}, A_l symmetric`, hypotheses.isotropicCovariates, unitTasks, hypotheses.noiseFree],
    computedBy: "optimalDepth",
  },
  {
    source: cite("ahn-2023", "Theorem 3"),
    statement:
      "Over A_l = a_l Σ⁻¹ the gradient of the loss has infimum 0; here the point is computed where the gradient is 0.",
    hypotheses: [`L ${sharedRows}`, hypotheses.gaussianCovariates, hypotheses.whitenedTasks, hypotheses.noiseFree],
    computedBy: "optimalDepth",
  },
  {
    source: cite("ahn-2023", "Theorem 4"),
    statement:
      "The same over A_l = a_l Σ⁻¹, B_l = b_l I for layers that also reshape the covariates: GD++. Here the best one found.",
    hypotheses: [
      "L layers P_l = diag(B_l, 1), Q_l = −diag(A_l, 0)",
      hypotheses.gaussianCovariates,
      hypotheses.whitenedTasks,
      hypotheses.noiseFree,
    ],
    computedBy: "optimalGdPlusPlus",
  },
  {
    source: cite("ahn-2023", "Theorem 5"),
    statement: "The global minimum of ReLU attention has Q ∝ I and the step size 1/((n−1)/2 + d + 2).",
    hypotheses: [
      "one layer with attention scores max(⟨x, x_q⟩_Q, 0)",
      hypotheses.isotropicCovariates,
      unitTasks,
      hypotheses.noiseFree,
    ],
    computedBy: "reluAttention",
  },
  {
    source: cite("zhang-2023", "convergence of gradient flow"),
    statement: "Merged attention converges to the global minimizer that shares Γ* evenly between its two factors.",
    hypotheses: [
      hypotheses.gaussianCovariates,
      unitTasks,
      hypotheses.noiseFree,
      `${smallStart} with both factors of one size, W^PV = s e eᵀ and W^KQ = s diag(ΘΘᵀ, 0), ‖ΘΘᵀ‖_F = 1`,
    ],
    computedBy: "mergedLimit",
  },
  {
    source: cite("zhang-2025", "merged key and query: a single abrupt drop"),
    statement:
      "On white prompts the loss of merged attention waits on one plateau and drops once, along a logistic curve.",
    hypotheses: [hypotheses.isotropicCovariates, hypotheses.isotropicTasks, smallStart],
    computedBy: "mergedFlow",
  },
  {
    source: cite("zhang-2025", "separate key and query: saddle to saddle"),
    statement: "Rank-one heads with separate key and query learn one eigen-direction after another.",
    hypotheses: [hypotheses.gaussianCovariates, "Σ and Ω share an eigenbasis", smallStart],
    computedBy: "plateauLosses",
  },
  {
    source: cite("xie-2025", "heads on a non-zero prior mean"),
    statement: "Where task vectors have a mean several heads help, and d + 1 of them reach all that attention can.",
    hypotheses: [hypotheses.gaussianCovariates, "task vectors w ~ N(μ, Ω), μ ≠ 0", hypotheses.gaussianNoise],
    computedBy: "multiHeadOptimum",
  },
  {
    source: cite("palais-1979", "principle of symmetric criticality"),
    statement:
      "A critical point among the symmetric parameters is critical among all: why the depth optimum is one of the full problem.",
    hypotheses: ["a compact group acts linearly on the parameters and leaves the loss unchanged"],
    computedBy: "optimalDepth",
  },
];
