import {
  add,
  identity,
  maxAbs,
  multiply,
  scale,
  subtract,
  transpose,
  zeros,
  type GaussianLinearSetting,
  type Matrix,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting, responseVariance } from "../moments/gaussian-linear.ts";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
import { leastPivot, restrictedTo } from "../numerics/solve-two-sided.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";
import { seenSignal } from "../numerics/seen-signal.ts";

/**
 * The preconditioned step that a layer of linear attention learns on Gaussian linear prompts.
 *
 * $$ \Gamma^* = \big[(n+1)\Sigma + \tau\,\Omega^{-1}\big]^{-1} = F\big[(n+1)F^\top\Sigma F + \tau I\big]^{-1}F^\top, \qquad \tau = \mathrm{tr}(\Sigma\Omega) + \sigma^2 $$
 *
 * with FFᵀ = Ω. It reads as ridge regression with the expected Gram matrix (n+1)Σ in place of XᵀX and the inflated
 * noise τ in place of σ². Theorem 2 is the case Ω = Σ⁻¹ (Γ* = Σ⁻¹/(n+d+1+σ²)), Theorem 1 of 2306.00297 the case
 * Ω = I, σ² = 0. The second form needs no inverse: the bracket has condition number at most n + 2 whatever Σ and Ω,
 * and a singular Ω gives its limit, a step inside the support of Ω. Where Σ is singular every Γ with the same
 * ΣΓΣ is a minimizer; this one, like that of `optimalStep`, is the one of least norm, 0 outside the support of Σ. With
 * neither signal nor noise (τ = 0) it is 0.
 *
 * @param setting Σ and Ω `[d, d]`, second moments
 * @returns Γ*, `[d, d]`, unnormalised
 * @throws DomainError for n < 1 or σ² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if Γ* or τ overflows
 *
 * Source: own derivation, b = Xᵀy in the coordinates of F; Mahankali et al. 2023, arXiv 2307.03576, Theorem 1 and
 * Theorem 2; Ahn et al. 2023, arXiv 2306.00297, Theorem 1.
 *
 * @example
 * const setting = { contextLength: 12, covariates: isotropic(2, 2), tasks: isotropic(2, 0.5), noiseVariance: 1 };
 * stepSizeOf(optimalPreconditioner(setting).value); // ≈ 0.03125
 */
export function optimalPreconditioner(setting: GaussianLinearSetting): ClosedForm<Matrix> {
  requireSetting("optimalPreconditioner", setting);
  return { value: preconditionerOf(setting), ...passportOf(setting) };
}

function preconditionerOf(setting: GaussianLinearSetting): Matrix {
  const { contextLength: n, covariates, tasks } = setting;
  const d = covariates.dimension;
  const tau = responseVariance(setting);
  if (tau === 0) return zeros(d, d);
  const factor = tasks.factor;
  const bracket = add(scale(seenSignal(setting), (n + 1) / tau), identity(d));
  requireInRange("optimalPreconditioner", "ratio of signal to response", [tau, ...bracket.values]);
  const step = scale(multiply(factor, solveOnSupport(bracket, transpose(factor))), 1 / tau);
  requireInRange("optimalPreconditioner", "preconditioner", [tau, ...step.values]);
  // A pivot that should be 0 can be as large as the root of the rounding before it. Only far above that Σ is regular
  // beyond doubt; otherwise its eigenvalues decide what is 0, as they do for `optimalStep`.
  if (leastPivot(covariates.matrix, covariates.factor) > 2 ** -15) return step;
  return restrictedTo(covariates.matrix, step);
}

function passportOf(setting: GaussianLinearSetting): Omit<ClosedForm<Matrix>, "value"> {
  const { covariates, tasks, noiseVariance } = setting;
  const model = [hypotheses.linearAttention, hypotheses.gaussianCovariates];
  if (isIdentity(covariates.matrix) && isIdentity(tasks.matrix)) {
    return {
      formula: String.raw`\Gamma^* = I/(n+d+1+\sigma^2)`,
      hypotheses: [
        hypotheses.linearAttention,
        hypotheses.isotropicCovariates,
        hypotheses.isotropicTasks,
        hypotheses.gaussianNoise,
      ],
      source: cite("mahankali-2023", "Theorem 1"),
    };
  }
  if (areInverse(covariates.matrix, tasks.matrix)) {
    return {
      formula: String.raw`\Gamma^* = \Sigma^{-1}/(n+d+1+\sigma^2)`,
      hypotheses: [...model, hypotheses.whitenedTasks, hypotheses.gaussianNoise],
      source: cite("mahankali-2023", "Theorem 2"),
    };
  }
  if (isIdentity(tasks.matrix) && noiseVariance === 0) {
    return {
      formula: String.raw`\Gamma^* = [(n+1)\Sigma + \mathrm{tr}(\Sigma) I]^{-1}`,
      hypotheses: [...model, "task vectors w ~ N(0, I), y = ⟨w, x⟩", hypotheses.noiseFree],
      source: cite("ahn-2023", "Theorem 1"),
    };
  }
  return {
    formula: String.raw`\Gamma^* = [(n+1)\Sigma + \tau\,\Omega^{-1}]^{-1},\quad \tau = \mathrm{tr}(\Sigma\Omega)+\sigma^2`,
    hypotheses: [...model, hypotheses.gaussianTasks, hypotheses.gaussianNoise],
    source: cite("onestep", "optimalPreconditioner"),
  };
}

function isIdentity(matrix: Matrix): boolean {
  return maxAbs(subtract(matrix, identity(matrix.rows))) === 0;
}

/** ΣΩ = I up to the rounding of both: the entries of Ω = Σ⁻¹ are themselves only known to cond(Σ)·2⁻⁵³. */
function areInverse(sigma: Matrix, omega: Matrix): boolean {
  const d = sigma.rows;
  const tolerance = 16 * d * d * 2 ** -53 * maxAbs(sigma) * maxAbs(omega);
  return tolerance < 2 ** -10 && maxAbs(subtract(multiply(sigma, omega), identity(d))) <= tolerance;
}
