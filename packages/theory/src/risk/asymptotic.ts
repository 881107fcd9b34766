import { NumericalError, type GaussianLinearSetting } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";
import { requireSetting } from "../moments/gaussian-linear.ts";
import { signalSpectrum, whitenedLaw, type LinearSetting } from "./isotropic.ts";

/**
 * The Bayes risk as n and d grow together (Marchenko–Pastur), to be read beside the exact `bayesRisk`.
 *
 * $$ \sigma^2(1+\gamma m), \qquad m = \frac{-(1-\gamma+z)+\sqrt{(1-\gamma+z)^2+4\gamma z}}{2\gamma z}, \quad \gamma = d/n,\ z = \lambda/n $$
 *
 * m is the Stieltjes transform of the limiting spectrum of XᵀX/n at −z. At laboratory sizes it is off by 1 to 9 percent.
 * The root is evaluated in whichever of its two forms does not cancel; without noise the limit is ω² max(d − n, 0).
 *
 * @returns the approximate risk, noise of the query's response included
 * @throws AssumptionError where the non-zero eigenvalues of ΣΩ differ: see `bayesRiskEquivalent`
 * @throws DomainError for n < 1, d < 1, σ² < 0 or ω² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the risk overflows
 *
 * Source: Marčenko & Pastur 1967, Mathematics of the USSR-Sbornik 1, limit of the spectrum.
 *
 * @example
 * marchenkoPasturRisk({ contextLength: 60, dimension: 30, noiseVariance: 0.5 }).value; // ≈ 0.98411897756
 */
export function marchenkoPasturRisk(setting: LinearSetting): ClosedForm<number> {
  const { contextLength: n, dimension: d, noiseVariance, taskVariance } = whitenedLaw("marchenkoPasturRisk", setting);
  const risk = noiseVariance + (taskVariance === 0 ? 0 : excessOf(n, d, noiseVariance, taskVariance));
  requireInRange("marchenkoPasturRisk", "risk", [risk]);
  return {
    value: risk,
    formula: String.raw`\sigma^2(1+\gamma m),\quad m = \frac{-(1-\gamma+z)+\sqrt{(1-\gamma+z)^2+4\gamma z}}{2\gamma z}`,
    hypotheses: [
      hypotheses.squaredError,
      hypotheses.gaussianCovariates,
      hypotheses.gaussianNoise,
      "n, d → ∞ with d/n → γ: an approximation at finite sizes",
    ],
    source: cite("marchenko-1967", "limit of the spectrum"),
  };
}

/** σ²γm = ω²(−b + √(b² + 4γz))·n/2 with b = 1 − γ + z, since σ² = zω²n. */
function excessOf(n: number, d: number, noiseVariance: number, taskVariance: number): number {
  const gamma = d / n;
  const z = noiseVariance / taskVariance / n;
  if (z === Infinity) return taskVariance * d;
  const b = 1 - gamma + z;
  const root = Math.hypot(b, 2 * Math.sqrt(gamma) * Math.sqrt(z));
  const difference = b > 0 ? (4 * gamma * z) / (b + root) : root - b;
  return (taskVariance * n * difference) / 2;
}

/** The deterministic equivalent with the effective sample size it rests on. */
export interface DeterministicEquivalent {
  /** noise of the query's response included */
  readonly risk: number;
  /** ν, between 0 and n: how many of the n rows the posterior makes use of */
  readonly effectiveLength: number;
}

/**
 * The deterministic equivalent of the Bayes risk, for any Σ and Ω.
 *
 * $$ \nu = \frac{n}{1+\mathrm{tr}\,T(\nu T+\sigma^2 I)^{-1}}, \qquad \mathrm{risk}\approx\sigma^2+\sigma^2\,\mathrm{tr}\,T(\nu T+\sigma^2 I)^{-1}, \quad T = \Omega^{1/2}\Sigma\,\Omega^{1/2} $$
 *
 * The fixed point is the root of a strictly decreasing function of ν, found by bisection and Newton steps. Without noise
 * the limit is taken: for n ≥ rank T the risk is 0 and ν = n − rank T, else the shadow σ²/ν stays positive as σ → 0.
 * Two percent low at n = 12, d = 3.
 *
 * @param setting Σ and Ω `[d, d]`, second moments
 * @throws DomainError for n < 1 or σ² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError where the fixed point overflows
 *
 * Source: Dobriban & Wager 2015, arXiv 1507.03003, ridge regression with a general covariance.
 *
 * @example
 * bayesRiskEquivalent({ contextLength: 12, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0.4 }).value.risk; // ≈ 0.525971404805
 */
export function bayesRiskEquivalent(setting: GaussianLinearSetting): ClosedForm<DeterministicEquivalent> {
  requireSetting("bayesRiskEquivalent", setting);
  const spectrum = signalSpectrum(setting);
  const { contextLength: n, noiseVariance } = setting;
  return {
    value: equivalentOf(spectrum, n, noiseVariance),
    formula: String.raw`\nu = n/(1+\mathrm{tr}\,T(\nu T+\sigma^2)^{-1}),\quad \sigma^2+\sigma^2\,\mathrm{tr}\,T(\nu T+\sigma^2)^{-1}`,
    hypotheses: [
      hypotheses.squaredError,
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(0, Ω)",
      hypotheses.gaussianNoise,
      "an approximation at finite sizes",
    ],
    source: cite("dobriban-2015", "ridge regression with a general covariance"),
  };
}

/**
 * With κ = σ²/ν the fixed point reads n = σ²/κ + Σ t/(t + κ), decreasing in κ, and the excess Σ σ²t/(νt + σ²) is
 * κ Σ t/(t + κ): in this form σ² = 0 is no special case.
 */
function equivalentOf(spectrum: Float64Array, n: number, noiseVariance: number): DeterministicEquivalent {
  const support = spectrum.filter((t) => t > 0);
  const degrees = (kappa: number): number => support.reduce((sum, t) => sum + t / (t + kappa), 0);
  if (noiseVariance === 0 && support.length <= n) return { risk: 0, effectiveLength: n - support.length };
  const total = support.reduce((sum, t) => sum + t, 0);
  let [low, high] = [noiseVariance / n, (noiseVariance + total) / n];
  const balance = (kappa: number): number => noiseVariance / kappa + degrees(kappa) - n;
  const between = (): number => (low > 0 && high > 4 * low ? Math.sqrt(low) * Math.sqrt(high) : low + (high - low) / 2);
  // Down to two neighbours among the doubles.
  for (let middle = between(); low < middle && middle < high; middle = between()) {
    if (balance(middle) > 0) low = middle;
    else high = middle;
  }
  const risk = noiseVariance + high * degrees(high);
  if (Number.isFinite(risk)) return { risk, effectiveLength: high > 0 ? noiseVariance / high : n };
  throw new NumericalError({
    where: "bayesRiskEquivalent",
    expected: "a finite fixed point",
    arrived: String(risk),
    hint: "rescale Σ, Ω and σ² so that responses have variance near 1",
  });
}
