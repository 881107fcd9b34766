/**
 * The sentences that theorems assume, each said once. `ClosedForm.hypotheses` quotes them, and an `AssumptionError`
 * lists those a law does not meet.
 *
 * @example
 * hypotheses.noiseFree; // => "no noise, σ² = 0"
 */
export const hypotheses = {
  isotropicCovariates: "covariates x ~ N(0, I), rows and query independent",
  gaussianCovariates: "covariates x ~ N(0, Σ), rows and query independent",
  isotropicTasks: "task vectors w ~ N(0, ω²I), y = ⟨w, x⟩ + noise",
  gaussianTasks: "task vectors with mean 0 and second moment Ω, y = ⟨w, x⟩ + noise",
  whitenedTasks: "task vectors w ~ N(0, Σ⁻¹), y = ⟨w, x⟩ + noise",
  gaussianNoise: "independent noise of mean 0 and variance σ², on the query's response too",
  noiseFree: "no noise, σ² = 0",
  independentQuery: "given the task, the query is independent of the context",
  independentRows: "given the task, rows are independent and of one law",
  finiteMoments: "the second moments of Xᵀy and of the response are finite",
  evenPartDecouples:
    "a symmetry of the law makes the even part of attention useless: this is the minimum over all one-layer linear attention",
  stepsOnly: "the minimum is over steps ŷ = x_qᵀ Γ Xᵀy; an even part of attention might go lower on this law",
  rotationInvariance: "the law of prompts is invariant under rotations of the covariates",
  signedPermutations: "the law of prompts is invariant under signed permutations of the coordinates",
  linearAttention: "one layer of linear self-attention without normalisation; the query attends to the context",
  squaredError: "squared error, no ½",
  diagonalDepth: "L layers that share the x-rows: P_l = e eᵀ, Q_l = −diag(a_l Σ⁻¹, 0)",
} as const;

export type HypothesisName = keyof typeof hypotheses;
