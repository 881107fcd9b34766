import { add, covariance, scale, trace, type Matrix, type PromptMoments } from "@onestep/core";
import { sandwich, whitenedTasks } from "../numerics/seen-signal.ts";
import {
  requireContextLength,
  requireFields,
  requireInRange,
  requireMatrix,
  requireNonNegative,
  requireSize,
  requireVariance,
} from "../require.ts";

/** A law with independent rows, by its per-row moments. */
export interface IndependentRows {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** Σ = E x xᵀ, `[d, d]` */
  readonly covariates: Matrix;
  /** C = E ββᵀ, β = E[y x | task], `[d, d]` */
  readonly signalMoment: Matrix;
  /** E2 = E[y² x xᵀ], `[d, d]`, noise included */
  readonly energyMoment: Matrix;
  /** E y², noise included */
  readonly responseSecondMoment: number;
  readonly evenPartDecouples: PromptMoments["evenPartDecouples"];
}

/**
 * The moments of prompts whose rows and query are i.i.d. given the task.
 *
 * $$ A = nC, \qquad B = n E_2 + n(n-1) C $$
 *
 * B is the sum over pairs of rows: equal indices give E2, different ones C. The matrices are taken at their word here;
 * `optimalStep` refuses those that are no moments of any law.
 *
 * @throws DomainError for n < 1, E y² < 0 or entries that are not finite
 * @throws ShapeError for matrices of different sizes
 * @throws NumericalError if B overflows
 *
 * Source: own derivation, the sum over pairs of rows in E[b bᵀ].
 *
 * @example
 * const rows = { contextLength: 2, covariates: identity(1), signalMoment: identity(1), energyMoment: matrixFromRows([[3]]) };
 * independentRowMoments({ ...rows, responseSecondMoment: 1, evenPartDecouples: "proved" }).strata[0].stepMoment.values; // => [8]
 */
export function independentRowMoments(rows: IndependentRows): PromptMoments {
  requireFields("independentRowMoments", "moments of independent rows", rows, [
    "contextLength",
    "covariates",
    "signalMoment",
    "energyMoment",
    "responseSecondMoment",
    "evenPartDecouples",
  ]);
  const { contextLength: n, covariates, signalMoment, energyMoment, responseSecondMoment, evenPartDecouples } = rows;
  requireMatrix("independentRowMoments", "covariates", covariates);
  const d = covariates.rows;
  requireContextLength("independentRowMoments", n);
  requireNonNegative("independentRowMoments", "second moment of the response", responseSecondMoment);
  requireSize("independentRowMoments", "covariates", covariates, d, d);
  requireSize("independentRowMoments", "signalMoment", signalMoment, d, d);
  requireSize("independentRowMoments", "energyMoment", energyMoment, d, d);
  const stepMoment = add(scale(energyMoment, n), scale(signalMoment, n * (n - 1)));
  requireInRange("independentRowMoments", "step moment", stepMoment.values);
  return {
    contextLength: n,
    dimension: d,
    crossMoment: scale(signalMoment, n),
    strata: [{ probability: 1, querySecondMoment: covariates, stepMoment }],
    responseSecondMoment,
    evenPartDecouples,
  };
}

/** A linear law y = ⟨w, x⟩ + ε with independent rows, by the fourth moment of its covariates. */
export interface LinearLaw {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** Σ = E x xᵀ, `[d, d]` */
  readonly covariates: Matrix;
  /** Ω = E w wᵀ, `[d, d]`, the mean included */
  readonly tasks: Matrix;
  /** M4(Ω) = E[x xᵀΩx xᵀ], `[d, d]` */
  readonly fourthMoment: Matrix;
  /** E σ²(x) ≥ 0 */
  readonly noiseVariance: number;
  /** E[σ²(x) x xᵀ], `[d, d]`, where the noise depends on x; σ²Σ if omitted */
  readonly noiseMoment?: Matrix;
  /** `"not known"` if omitted; a law of centred, sign-symmetric tasks or covariates may say `"proved"` */
  readonly evenPartDecouples?: PromptMoments["evenPartDecouples"];
}

/**
 * The moments of prompts with a linear target, by the fourth moment of their covariates.
 *
 * $$ C = \Sigma\Omega\Sigma, \qquad E_2 = M_4(\Omega) + \mathbb{E}[\sigma^2(x)\,xx^\top], \qquad \mathbb{E}\,y^2 = \mathrm{tr}(\Sigma\Omega) + \mathbb{E}\,\sigma^2(x) $$
 *
 * Only E w wᵀ enters: Gaussian, sparse, ±1 and spherical tasks of one second moment share Γ* and L*. With
 * Γ* = ΩΣ[M4(Ω) + (n−1)ΣΩΣ + σ²Σ]⁻¹ this covers every law of i.i.d. covariates with four moments.
 *
 * @throws DomainError for n < 1, E σ²(x) < 0 or entries that are not finite
 * @throws ShapeError for matrices of different sizes
 * @throws NumericalError unless Σ is symmetric and positive semidefinite, or if the moments overflow
 *
 * Source: own derivation, C and E2 of y = ⟨w, x⟩ + ε.
 *
 * @example
 * const law = { contextLength: 2, covariates: identity(1), tasks: identity(1), fourthMoment: matrixFromRows([[3]]), noiseVariance: 1 };
 * linearMoments(law).strata[0].stepMoment.values; // => [10]
 */
export function linearMoments(law: LinearLaw): PromptMoments {
  requireFields("linearMoments", "a linear law", law, [
    "contextLength",
    "covariates",
    "tasks",
    "fourthMoment",
    "noiseVariance",
  ]);
  const { contextLength, covariates, tasks, fourthMoment, noiseVariance, noiseMoment, evenPartDecouples } = law;
  requireVariance("linearMoments", "noise variance", noiseVariance);
  requireMatrix("linearMoments", "covariates", covariates);
  requireSize("linearMoments", "fourthMoment", fourthMoment, covariates.rows, covariates.rows);
  requireSize("linearMoments", "tasks", tasks, covariates.rows, covariates.rows);
  const sigma = covariance(covariates);
  const seen = whitenedTasks(sigma, tasks);
  return independentRowMoments({
    contextLength,
    covariates: sigma.matrix,
    signalMoment: sandwich(sigma, seen),
    energyMoment: add(fourthMoment, noiseMoment ?? scale(sigma.matrix, noiseVariance)),
    responseSecondMoment: trace(seen) + noiseVariance,
    evenPartDecouples: evenPartDecouples ?? "not known",
  });
}
