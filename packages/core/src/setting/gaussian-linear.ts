import type { Covariance } from "../covariance/covariance.ts";

/** Linear prompts from Gaussian laws: x ~ N(0, Σ), task vector w ~ N(0, Ω), y = ⟨w, x⟩ + ε, ε ~ N(0, σ²). */
export interface GaussianLinearSetting {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** Σ, `[d, d]` */
  readonly covariates: Covariance;
  /** Ω, `[d, d]` */
  readonly tasks: Covariance;
  /** σ² ≥ 0 */
  readonly noiseVariance: number;
}
