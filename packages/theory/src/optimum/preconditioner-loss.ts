import type { GaussianLinearSetting } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting, responseVariance } from "../moments/gaussian-linear.ts";
import { requireInRange } from "../require.ts";
import { signalSpectrum } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";

/**
 * The minimum of the pre-training loss that goes with `optimalPreconditioner`.
 *
 * $$ L^* = \sigma^2 + \sum_i \frac{t_i\,(t_i+\tau)}{(n+1)\,t_i+\tau}, \qquad t_i = \lambda_i(\Sigma\Omega), \quad \tau = \sum_i t_i + \sigma^2 $$
 *
 * In coordinates where the tasks seen through Σ are uncorrelated, each direction of variance t is shrunk by
 * nt/((n+1)t + τ), and L* = τ − Σ nt²/((n+1)t + τ). Here the difference is taken by hand: only positive terms are left,
 * so that L* keeps its digits where a long context makes it a small part of E y² = τ.
 *
 * @param setting Σ and Ω `[d, d]`, second moments; either may be singular
 * @throws DomainError for n < 1 or σ² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if τ overflows
 *
 * Source: own derivation, b = Xᵀy in the eigenbasis of FᵀΣF, FFᵀ = Ω.
 *
 * @example
 * const setting = { contextLength: 1e6, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 };
 * optimalPreconditionerLoss(setting).value; // ≈ 0.0000299998200011
 */
export function optimalPreconditionerLoss(setting: GaussianLinearSetting): ClosedForm<number> {
  requireSetting("optimalPreconditionerLoss", setting);
  const { contextLength: n, noiseVariance } = setting;
  const tau = responseVariance(setting);
  requireInRange("optimalPreconditionerLoss", "second moment of the response", [tau]);
  const missed = signalSpectrum(setting).map((t) => (t === 0 ? 0 : t * ((t + tau) / ((n + 1) * t + tau))));
  return {
    value: noiseVariance + missed.reduce((sum, term) => sum + term, 0),
    formula: String.raw`L^* = \sigma^2 + \sum_i t_i(t_i+\tau)/((n+1)t_i+\tau),\quad t_i = \lambda_i(\Sigma\Omega),\ \tau = \sum_i t_i+\sigma^2`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
    ],
    source: cite("onestep", "optimalPreconditionerLoss"),
  };
}
