import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireContextLength, requireDimension, requireFields, requireInRange, requireVariance } from "../require.ts";
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
 * @returns η*, unnormalised
 * @throws DomainError for n < 1, d < 1, σ² < 0, ω² < 0 or a number that is missing or not finite
 *
 * Source: Mahankali et al. 2023, arXiv 2307.03576, Theorem 1.
 *
 * @example
 * optimalStepSize({ contextLength: 20, dimension: 5, noiseVariance: 0 }).value; // ≈ 0.0384615384615
 */
export function optimalStepSize(setting: IsotropicSetting): ClosedForm<number> {
  const law = requireIsotropic("optimalStepSize", setting);
  const { contextLength: n, dimension: d } = law;
  return {
    value: 1 / (n + d + 1 + noiseToSignal(law)),
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
 * @throws NumericalError if the loss overflows
 *
 * Source: Mahankali et al. 2023, arXiv 2307.03576, Theorem 1.
 *
 * @example
 * optimalStepLoss({ contextLength: 20, dimension: 5, noiseVariance: 0 }).value; // ≈ 1.15384615385
 */
export function optimalStepLoss(setting: IsotropicSetting): ClosedForm<number> {
  const law = requireIsotropic("optimalStepLoss", setting);
  const { contextLength: n, dimension: d, noiseVariance, taskVariance } = law;
  const ratio = noiseToSignal(law);
  const missed = ratio === Infinity ? 1 : (d + 1 + ratio) / (n + d + 1 + ratio);
  const loss = noiseVariance + taskVariance * d * missed;
  requireInRange("optimalStepLoss", "loss", [loss]);
  return {
    ...optimalStepSize(setting),
    value: loss,
    formula: String.raw`L^* = \sigma^2 + \omega^2 d\,(d+1+\sigma^2/\omega^2)/(n+d+1+\sigma^2/\omega^2)`,
  };
}

/** σ²/ω²; `Infinity`, the limit of vanishing signal, where ω² = 0 or the ratio overflows. */
export function noiseToSignal(law: Pick<Required<IsotropicSetting>, "noiseVariance" | "taskVariance">): number {
  return law.taskVariance === 0 ? Infinity : law.noiseVariance / law.taskVariance;
}

/** The gate for isotropic settings; fills in ω² = 1. */
export function requireIsotropic(where: string, setting: IsotropicSetting): Required<IsotropicSetting> {
  requireFields(where, "a setting", setting, ["contextLength", "dimension", "noiseVariance"]);
  const { contextLength, dimension, noiseVariance, taskVariance = 1 } = setting;
  requireContextLength(where, contextLength);
  requireDimension(where, dimension);
  requireVariance(where, "noise variance", noiseVariance);
  requireVariance(where, "task variance", taskVariance);
  return { contextLength, dimension, noiseVariance, taskVariance };
}
