import { exp, expm1, integerPower, log1p } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireCount, requireFields, requireFiniteNumber } from "../require.ts";
import { cite } from "../sources.ts";
import { wishartSpectrum } from "../spectrum/wishart-spectrum.ts";
import { rotationInvariantLaw, type LinearSetting } from "./isotropic.ts";
import { spectralRisk, type SpectralFilter } from "./spectral-risk.ts";

/** Equal steps, or one rate per step; rates are in units of XᵀX/n. */
export type DescentSchedule =
  | {
      /** k ≥ 0 */
      readonly steps: number;
      /** a, the same for every step */
      readonly rate: number;
    }
  | {
      /** a_l, one per step */
      readonly rates: readonly number[];
    };

/**
 * The exact risk of gradient descent on the context, started at 0: ŵ ← ŵ + (a_l/n) Xᵀ(y − Xŵ).
 *
 * $$ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q(S)^2 + \sigma^2 S\,p(S)^2\big], \qquad q(s) = \prod_l\Big(1 - \frac{a_l s}{n}\Big), \quad p = \frac{1-q}{s} $$
 *
 * S = XᵀX is Wishart, and its mean spectrum is known exactly (`wishartSpectrum`). No steps at all leave E y². Many steps
 * on Gaussian covariates have an enormous risk, dominated by rare contexts beyond the stability limit.
 *
 * @param schedule k equal steps, or the rates one by one, in any order
 * @returns the risk, noise of the query's response included
 * @throws AssumptionError unless Σ = sI
 * @throws DomainError, ShapeError for a setting that is not one
 * @throws DomainError for a step count or a rate that is not valid
 * @throws NumericalError where the risk overflows
 *
 * Source: own derivation, bias and variance averaged over the spectrum of `wishartSpectrum`.
 *
 * @example
 * const setting = { contextLength: 15, dimension: 6, noiseVariance: 0.2 };
 * gradientDescentRisk(setting, { steps: 5, rate: 0.6 }).value; // ≈ 0.684115982918
 */
export function gradientDescentRisk(setting: LinearSetting, schedule: DescentSchedule): ClosedForm<number> {
  const law = rotationInvariantLaw("gradientDescentRisk", setting);
  requireFields("gradientDescentRisk", "a schedule of steps and rate, or of rates,", schedule, []);
  const steps = "rates" in schedule ? schedule.rates.length : schedule.steps;
  requireCount("gradientDescentRisk", "number of steps", steps, 0, "0 steps is the zero predictor");
  const rates = "rates" in schedule ? schedule.rates : [schedule.rate];
  for (const rate of rates) requireFiniteNumber("gradientDescentRisk", "rate", rate);
  // The eigenvalues of XᵀX are s times those of the standard Wishart matrix.
  const perEigenvalue = rates.map((rate) => (rate * law.covariateVariance) / law.contextLength);
  const filter = "rates" in schedule ? unequalSteps(perEigenvalue) : equalSteps(steps, perEigenvalue[0]);
  return {
    value: spectralRisk("gradientDescentRisk", law, wishartSpectrum(law, 2 * steps + 2), filter),
    formula: String.raw`\sigma^2 + \mathbb{E}\,\mathrm{tr}[\omega^2 q(S)^2 + \sigma^2 S\,p(S)^2],\quad q(s) = \prod_l(1-a_ls/n)`,
    hypotheses: [
      hypotheses.squaredError,
      "covariates x ~ N(0, sI), rows and query independent",
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
    ],
    source: cite("onestep", "gradientDescentRisk"),
  };
}

/** q = (1 − hs)^k; p = (1 − q)/s, through expm1 where they are close to 1 and 0. */
function equalSteps(steps: number, h: number): (s: number) => SpectralFilter {
  return (s) => {
    const contraction = 1 - h * s;
    if (contraction <= 0.5) {
      const residual = integerPower(contraction, steps);
      return { residual, gain: (1 - residual) / s };
    }
    const logResidual = steps * log1p(-h * s);
    return { residual: exp(logResidual), gain: -expm1(logResidual) / s };
  };
}

/** q ← q(1 − hs), p ← p + hq: no cancellation for small s. */
function unequalSteps(rates: readonly number[]): (s: number) => SpectralFilter {
  return (s) => {
    let residual = 1;
    let gain = 0;
    for (const h of rates) {
      gain += h * residual;
      residual *= 1 - h * s;
    }
    return { residual, gain };
  };
}
