import { frobeniusNorm, type GaussianLinearSetting } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting } from "../moments/gaussian-linear.ts";
import { signalSandwich } from "../numerics/seen-signal.ts";
import { requireInRange, requirePositive } from "../require.ts";
import { cite } from "../sources.ts";

/**
 * The rate at which merged attention leaves 0: a start ε times as large leaves its plateau ln(1/ε)/r later.
 *
 * $$ r = 2\kappa n\,\lVert\Sigma\Omega\Sigma\rVert_F $$
 *
 * Near 0 the flow is linear, u̇_y = 2κn⟨ΣΩΣ, N⟩ and Ṅ = 2κn u_y ΣΩΣ, and grows as e^{rt} along N ∝ ΣΩΣ alone, for
 * any number of heads.
 *
 * @param setting Σ and Ω `[d, d]`, not without signal
 * @param prefactor κ, the factor in front of the attention sum; 1/n if omitted
 * @returns r, in the units of θ̇ = −∇L
 * @throws DomainError for a law without signal, a prefactor that is not positive, or an invalid setting
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError where the rate overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, merged key and query: a single abrupt drop.
 *
 * @example
 * mergedEscapeRate({ contextLength: 8, covariates: isotropic(4), tasks: isotropic(4), noiseVariance: 0 }).value; // => 4
 */
export function mergedEscapeRate(setting: GaussianLinearSetting, prefactor?: number): ClosedForm<number> {
  requireSetting("mergedEscapeRate", setting);
  const n = setting.contextLength;
  const kappa = prefactor ?? 1 / n;
  requirePositive("mergedEscapeRate", "prefactor", kappa);
  const value = 2 * kappa * n * frobeniusNorm(signalSandwich(setting));
  requireInRange("mergedEscapeRate", "rate", [value]);
  requirePositive("mergedEscapeRate", "rate", value);
  return {
    value,
    formula: String.raw`r = 2\kappa n\lVert\Sigma\Omega\Sigma\rVert_F`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
      hypotheses.squaredError,
      "gradient flow of merged key-query attention from a small start",
    ],
    source: cite("zhang-2025", "merged key and query: a single abrupt drop"),
  };
}
