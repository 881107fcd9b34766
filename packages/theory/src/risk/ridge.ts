import { NumericalError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireNonNegative } from "../require.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
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
 * Exact at finite n and d, by the mean Wishart spectrum. λ = 0 is the least-squares solution of least norm. With noise
 * and |n − d| ≤ 1 the risk grows without bound as λ ↓ 0, through eigenvalues of XᵀX near λ. They are resolved down to
 * λ = 2⁻⁹⁶⁰ s; a smaller penalty is refused.
 *
 * @param penalty λ ≥ 0, added to XᵀX (not divided by n)
 * @returns the risk, noise of the query's response included; `Infinity` where it is infinite at λ = 0
 * @throws AssumptionError unless Σ = sI
 * @throws DomainError for λ < 0 or a setting that is not one
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError for a risk that overflows, or a penalty that the spectrum does not resolve
 *
 * Source: own derivation, bias and variance averaged over the spectrum of `wishartSpectrum`.
 *
 * @example
 * ridgeRisk({ contextLength: 10, dimension: 5, noiseVariance: 0.5 }, 3).value; // ≈ 1.38320417684
 */
export function ridgeRisk(setting: LinearSetting, penalty: number): ClosedForm<number> {
  requireNonNegative("ridgeRisk", "penalty", penalty);
  const law = rotationInvariantLaw("ridgeRisk", setting);
  // (sS + λ)⁻¹ = s⁻¹(S + λ/s)⁻¹
  const scaled = penalty / law.covariateVariance;
  requireResolved(law, scaled);
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

/** The lowest panels of `wishartSpectrum` for |n − d| ≤ 1 reach down to eigenvalues of about 2⁻¹⁰⁰⁰. */
function requireResolved(law: Required<IsotropicSetting>, scaled: number): void {
  const { contextLength, dimension, noiseVariance } = law;
  const gap = Math.abs(contextLength - dimension);
  if (noiseVariance === 0 || gap > 1 || scaled === 0 || scaled >= 2 ** -960) return;
  throw new NumericalError({
    where: "ridgeRisk",
    expected: `a penalty of at least 2^-960 per unit of covariate variance at n = ${contextLength}, d = ${dimension}`,
    arrived: String(scaled),
    hint: "a larger penalty is exact, and 0 gives the limit: where n is within 1 of d, its risk is infinite",
  });
}
