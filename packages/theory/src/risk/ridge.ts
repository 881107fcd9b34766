import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireNonNegative } from "../require.ts";
import { cite } from "../sources.ts";
import { wishartSpectrum } from "../spectrum/wishart-spectrum.ts";
import { rotationInvariantLaw, type LinearSetting } from "./isotropic.ts";
import { leastSquaresRisk } from "./least-squares.ts";
import { spectralRisk } from "./spectral-risk.ts";

/**
 * The exact risk of ridge regression on the context, ŵ = (XᵀX + λI)⁻¹Xᵀy.
 *
 * $$ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q(S)^2 + \sigma^2 S\,p(S)^2\big], \qquad q(s) = \frac{\lambda}{s+\lambda}, \quad p(s) = \frac{1}{s+\lambda} $$
 *
 * Exact at finite n and d, by the mean Wishart spectrum. λ = 0 is the least-squares solution of least norm.
 *
 * @param penalty λ ≥ 0, added to XᵀX (not divided by n)
 * @throws AssumptionError unless Σ = sI
 * @throws DomainError for λ < 0
 *
 * @example
 * ridgeRisk({ contextLength: 10, dimension: 5, noiseVariance: 0.5 }, 3).value; // ≈ 1.38320417684
 */
export function ridgeRisk(setting: LinearSetting, penalty: number): ClosedForm<number> {
  requireNonNegative("ridgeRisk", "penalty", penalty);
  const law = rotationInvariantLaw("ridgeRisk", setting);
  // (sS + λ)⁻¹ = s⁻¹(S + λ/s)⁻¹
  const scaled = penalty / law.covariateVariance;
  const value =
    penalty === 0
      ? leastSquaresRisk(setting).value
      : spectralRisk("ridgeRisk", law, wishartSpectrum(law), (s) => ({
          residual: scaled / (s + scaled),
          gain: 1 / (s + scaled),
        }));
  return {
    value,
    formula: String.raw`\sigma^2 + \mathbb{E}\,\mathrm{tr}[\omega^2\lambda^2(S+\lambda)^{-2} + \sigma^2 S(S+\lambda)^{-2}]`,
    hypotheses: [
      hypotheses.squaredError,
      "covariates x ~ N(0, sI), rows and query independent",
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
    ],
    source: cite("onestep", "ridgeRisk"),
  };
}
