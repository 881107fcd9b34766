import {
  add,
  identity,
  multiply,
  scale,
  traceOfProduct,
  transpose,
  type GaussianLinearSetting,
  type Matrix,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting } from "../moments/gaussian-linear.ts";
import { solveOnSupport, supportOf } from "../numerics/solve-on-support.ts";
import { requireSemidefinite } from "../numerics/require-semidefinite.ts";
import { requireInRange, requireSize } from "../require.ts";
import { cite } from "../sources.ts";
import { expectedTrace, wishartSpectrum } from "../spectrum/wishart-spectrum.ts";
import { whitenedLaw, type LinearSetting } from "./isotropic.ts";
import { seenSignal } from "../numerics/seen-signal.ts";

/**
 * The Bayes risk of Gaussian linear prompts: what no learner can beat.
 *
 * $$ \sigma^2 + \mathbb{E}\,\mathrm{tr}\Big(\frac{1}{\omega^2}I + \frac{1}{\sigma^2}S\Big)^{-1} = \sigma^2 + \sigma^2\,\mathbb{E}\,\mathrm{tr}(S+\lambda I)^{-1}, \qquad \lambda = \sigma^2/\omega^2 $$
 *
 * The posterior mean is ridge regression with penalty λ. Exact at finite n and d, by the mean Wishart spectrum. Without
 * noise the risk is 0 for n ≥ d and ω²(d − n) for n < d. Any Σ with Ω = ω²Σ⁻¹ is the isotropic law in whitened
 * coordinates.
 *
 * @throws AssumptionError where the non-zero eigenvalues of ΣΩ differ: see `bayesRiskEquivalent`, `bayesRiskGivenContext`
 * @throws DomainError for n < 1, d < 1, σ² < 0 or ω² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the risk overflows, or for 0 < λ < 2⁻⁹⁶⁰ where |n − d| ≤ 1
 *
 * Source: own derivation, the posterior covariance averaged over the spectrum of `wishartSpectrum`.
 *
 * @example
 * bayesRisk({ contextLength: 20, dimension: 5, noiseVariance: 0.25 }).value; // ≈ 0.337013699195
 */
export function bayesRisk(setting: LinearSetting): ClosedForm<number> {
  const law = whitenedLaw("bayesRisk", setting);
  const { noiseVariance, taskVariance } = law;
  const excess =
    taskVariance === 0
      ? 0
      : expectedTrace(
          wishartSpectrum(law),
          // σ²/(s + λ) = ω²λ/(s + λ), which keeps its limit ω² where λ overflows.
          (s) => taskVariance * shareOf(noiseVariance / taskVariance, s),
          taskVariance,
        );
  const risk = noiseVariance + excess;
  requireInRange("bayesRisk", "risk", [risk]);
  return {
    value: risk,
    formula: String.raw`\sigma^2 + \sigma^2\,\mathbb{E}\,\mathrm{tr}(S+\lambda I)^{-1},\quad \lambda = \sigma^2/\omega^2`,
    hypotheses: [
      hypotheses.squaredError,
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(0, ω²Σ⁻¹), y = ⟨w, x⟩ + noise",
      "Gaussian noise",
    ],
    source: cite("onestep", "bayesRisk"),
  };
}

/**
 * The Bayes risk given the context's Gram matrix: average it over sampled contexts, no responses needed, for the exact
 * risk of any Σ and Ω.
 *
 * $$ \sigma^2 + \mathrm{tr}\,\Sigma\Big(\Omega^{-1} + \frac{1}{\sigma^2}S\Big)^{-1} = \sigma^2 + \mathrm{tr}\,\Sigma F\Big(I + \frac{1}{\sigma^2}F^\top S F\Big)^{-1}F^\top $$
 *
 * with FFᵀ = Ω, which may be singular. Without noise the bracket becomes the projection onto the null space of FᵀSF.
 *
 * @param gram S = XᵀX, `[d, d]`
 * @throws DomainError for n < 1, σ² < 0 or entries that are not finite
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError for a Gram matrix that is not symmetric and positive semidefinite, or a risk that overflows
 *
 * Source: own derivation, the posterior covariance of w given the context.
 *
 * @example
 * const setting = { contextLength: 1, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 1 };
 * bayesRiskGivenContext(setting, matrixFromRows([[3, 0], [0, 0]])).value; // => 2.25
 */
export function bayesRiskGivenContext(setting: GaussianLinearSetting, gram: Matrix): ClosedForm<number> {
  requireSetting("bayesRiskGivenContext", setting);
  const { covariates, tasks, noiseVariance } = setting;
  const d = covariates.dimension;
  requireSize("bayesRiskGivenContext", "gram", gram, d, d);
  requireSemidefinite("bayesRiskGivenContext", "gram", gram);
  const factor = tasks.factor;
  const seen = multiply(transpose(factor), gram, factor);
  const remaining =
    noiseVariance > 0
      ? solveOnSupport(add(identity(d), scale(seen, 1 / noiseVariance)), identity(d))
      : projectionOffSupport(seen);
  const risk = noiseVariance + Math.max(traceOfProduct(seenSignal(setting), remaining), 0);
  requireInRange("bayesRiskGivenContext", "risk", [risk]);
  return {
    value: risk,
    formula: String.raw`\sigma^2 + \mathrm{tr}\,\Sigma(\Omega^{-1} + S/\sigma^2)^{-1}`,
    hypotheses: [
      hypotheses.squaredError,
      hypotheses.independentQuery,
      "task vectors w ~ N(0, Ω), y = ⟨w, x⟩ + noise",
      "Gaussian noise",
    ],
    source: cite("onestep", "bayesRiskGivenContext"),
  };
}

/** λ/(s + λ), s > 0 */
function shareOf(lambda: number, s: number): number {
  return lambda === Infinity ? 1 : lambda / (s + lambda);
}

/** I − VVᵀ, V an orthonormal basis of the support. */
function projectionOffSupport(matrix: Matrix): Matrix {
  const { vectors } = supportOf(matrix);
  return add(identity(matrix.rows), scale(multiply(vectors, transpose(vectors)), -1));
}
