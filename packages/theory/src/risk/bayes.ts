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
import { requireSize } from "../require.ts";
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
 * @throws DomainError, ShapeError for an invalid setting
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
          // σ²/(s + σ²/ω²), and 0 rather than 0/0 without noise.
          (s) => (noiseVariance === 0 ? 0 : (noiseVariance * taskVariance) / (taskVariance * s + noiseVariance)),
          taskVariance,
        );
  return {
    value: noiseVariance + excess,
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
 * @throws ShapeError, DomainError for an invalid setting or a matrix of another size
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
  const factor = tasks.factor;
  const seen = multiply(transpose(factor), gram, factor);
  const remaining =
    noiseVariance > 0
      ? solveOnSupport(add(identity(d), scale(seen, 1 / noiseVariance)), identity(d))
      : projectionOffSupport(seen);
  return {
    value: noiseVariance + traceOfProduct(seenSignal(setting), remaining),
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

/** I − VVᵀ, V an orthonormal basis of the support. */
function projectionOffSupport(matrix: Matrix): Matrix {
  const { vectors } = supportOf(matrix);
  return add(identity(matrix.rows), scale(multiply(vectors, transpose(vectors)), -1));
}
