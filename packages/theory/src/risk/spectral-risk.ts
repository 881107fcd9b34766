import { exp, log, NumericalError } from "@onestep/core";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import type { WishartSpectrum } from "../spectrum/wishart-spectrum.ts";

/** An estimator ŵ = p(XᵀX) Xᵀy by what it does to one eigenvalue s of XᵀX. */
export interface SpectralFilter {
  /** q(s) = 1 − s p(s): the share of the signal that is missed */
  readonly residual: number;
  /** p(s): the factor on Xᵀy */
  readonly gain: number;
}

/**
 * The risk of ŵ = p(XᵀX) Xᵀy on isotropic prompts.
 *
 * $$ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q(S)^2 + \sigma^2 S\,p(S)^2\big], \qquad q(s) = 1 - s\,p(s) $$
 *
 * ŵ − w = −q(S) w + p(S) Xᵀε: bias and variance, whose cross term has mean 0. Eigenvalues that are always 0 (n < d)
 * keep the whole signal, q(0) = 1. Terms are combined with the logarithm of the weight, so that a filter that explodes
 * in the far tail of the spectrum is weighed with the mass that is there.
 *
 * @throws NumericalError where the risk exceeds the largest double
 */
export function spectralRisk(
  where: string,
  setting: Required<IsotropicSetting>,
  spectrum: WishartSpectrum,
  filter: (eigenvalue: number) => SpectralFilter,
): number {
  const { noiseVariance, taskVariance } = setting;
  let excess = spectrum.zeroEigenvalues * taskVariance;
  spectrum.eigenvalues.forEach((s, at) => {
    const logWeight = spectrum.logWeights[at];
    if (logWeight === -Infinity) return;
    const { residual, gain } = filter(s);
    excess += weighted(logWeight, taskVariance, residual) + weighted(logWeight, noiseVariance * s, gain);
  });
  if (Number.isFinite(excess)) return noiseVariance + excess;
  throw new NumericalError({
    where,
    expected: "a risk that a double can hold",
    arrived: "an average that overflows: contexts with eigenvalues beyond the stability limit dominate it",
    hint: "use fewer steps or a smaller rate; with Gaussian covariates the risk of many steps is finite but astronomical",
  });
}

/** e^{logWeight}·factor·value², in one exponential where either side would leave the range. */
function weighted(logWeight: number, factor: number, value: number): number {
  if (factor === 0) return 0;
  const size = Math.abs(value);
  if (size < 2 ** 100 && logWeight > -600) return exp(logWeight) * factor * value * value;
  return exp(logWeight + log(factor) + 2 * log(size));
}
