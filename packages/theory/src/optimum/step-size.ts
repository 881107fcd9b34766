import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireContextLength, requireDimension, requireNonNegative } from "../require.ts";
import { cite } from "../sources.ts";

/** Isotropic Gaussian linear prompts: x ~ N(0, I), w ~ N(0, ω²I), noise of variance σ². */
export interface IsotropicSetting {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** d ≥ 1 */
  readonly dimension: number;
  /** σ² ≥ 0 */
  readonly noiseVariance: number;
  /** ω² ≥ 0, the variance of one coordinate of the task vector; 1 if omitted */
  readonly taskVariance?: number;
}

/**
 * Theorem 1: the one step that a layer of linear attention learns on isotropic Gaussian prompts.
 *
 * $$ \eta^* = \frac{1}{n + d + 1 + \sigma^2/\omega^2}, \qquad \hat y = \eta^*\, x_q^\top X^\top y $$
 *
 * Derivation of the closed form from the theorem's ratio of expectations: the ridge solution with penalty σ²/ω² is
 * the posterior mean of w, so E⟨ŵ, Xᵀy⟩ = E⟨w, Xᵀy⟩ = ndω², and E‖Xᵀy‖² = nd[ω²(n+d+1) + σ²]. Without signal (ω² = 0)
 * the limit is 0.
 *
 * @throws DomainError for n < 1, d < 1, σ² < 0, ω² < 0 or a number that is not finite
 *
 * @example
 * optimalStepSize({ contextLength: 20, dimension: 5, noiseVariance: 0 }).value; // ≈ 0.0384615384615
 */
export function optimalStepSize(setting: IsotropicSetting): ClosedForm<number> {
  const { contextLength: n, dimension: d, noiseVariance, taskVariance } = requireIsotropic("optimalStepSize", setting);
  return {
    // Multiplied through by ω², so that ω² = 0 gives the limit and not 0/0.
    value: taskVariance === 0 ? 0 : taskVariance / (taskVariance * (n + d + 1) + noiseVariance),
    formula: String.raw`\eta^* = 1/(n + d + 1 + \sigma^2/\omega^2)`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.isotropicCovariates,
      hypotheses.isotropicTasks,
      hypotheses.gaussianNoise,
    ],
    source: cite("mahankali-2023", "Theorem 1"),
  };
}

/**
 * The minimum of the pre-training loss that goes with `optimalStepSize`.
 *
 * $$ L^* = \sigma^2 + \omega^2 d\,\frac{d + 1 + \sigma^2/\omega^2}{n + d + 1 + \sigma^2/\omega^2} $$
 *
 * Written without the subtraction in ω²d(1 − nη*) + σ², so that it keeps its digits for large n.
 *
 * @throws DomainError as `optimalStepSize`
 *
 * @example
 * optimalStepLoss({ contextLength: 20, dimension: 5, noiseVariance: 0 }).value; // ≈ 1.15384615385
 */
export function optimalStepLoss(setting: IsotropicSetting): ClosedForm<number> {
  const { contextLength: n, dimension: d, noiseVariance, taskVariance } = requireIsotropic("optimalStepLoss", setting);
  const inflated = taskVariance * (d + 1) + noiseVariance;
  return {
    ...optimalStepSize(setting),
    value: noiseVariance + (taskVariance === 0 ? 0 : (taskVariance * d * inflated) / (taskVariance * n + inflated)),
    formula: String.raw`L^* = \sigma^2 + \omega^2 d\,(d+1+\sigma^2/\omega^2)/(n+d+1+\sigma^2/\omega^2)`,
  };
}

/** The gate for isotropic settings; fills in ω² = 1. */
export function requireIsotropic(where: string, setting: IsotropicSetting): Required<IsotropicSetting> {
  const { contextLength, dimension, noiseVariance, taskVariance = 1 } = setting;
  requireContextLength(where, contextLength);
  requireDimension(where, dimension);
  requireNonNegative(where, "noise variance", noiseVariance);
  requireNonNegative(where, "task variance", taskVariance);
  return { contextLength, dimension, noiseVariance, taskVariance };
}
