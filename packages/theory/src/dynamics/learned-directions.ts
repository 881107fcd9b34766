import {
  add,
  AssumptionError,
  maxAbs,
  multiply,
  scale,
  symmetricEigen,
  transpose,
  type GaussianLinearSetting,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting, responseVariance } from "../moments/gaussian-linear.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";

/** One direction that rank-one heads learn. */
export interface LearnedDirection {
  /** λᵢ of Σ */
  readonly covariateVariance: number;
  /** ωᵢ of Ω */
  readonly taskVariance: number;
  /** γᵢ*, the eigenvalue of Γ*, unnormalised */
  readonly gamma: number;
  /** What the loss falls by when this direction is learned */
  readonly lossReduction: number;
}

/**
 * The directions in the order in which separate key and query learn them: decreasing λᵢ²ωᵢ.
 *
 * $$ \gamma_i^* = \frac{\omega_i}{(n+1)\lambda_i\omega_i+\tau}, \qquad \text{reduction}_i = n\lambda_i^2\omega_i\gamma_i^* $$
 *
 * A direction without covariates or tasks (λᵢ = 0 or ωᵢ = 0) is never learned: γᵢ* = 0, and it comes last.
 *
 * @returns d directions; γᵢ* unnormalised, reductions in units of the loss
 * @throws AssumptionError unless Σ and Ω share an eigenbasis
 * @throws DomainError, ShapeError for an invalid setting
 * @throws NumericalError where τ or λᵢ²ωᵢ overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, separate key and query: saddle to saddle.
 *
 * @example
 * const setting = { contextLength: 16, covariates: covariance(diagonal([1.5, 1, 0.5])), tasks: isotropic(3), noiseVariance: 0.3 };
 * learnedDirections(setting).value[0].lossReduction; // ≈ 1.25
 */
export function learnedDirections(setting: GaussianLinearSetting): ClosedForm<readonly LearnedDirection[]> {
  requireSetting("learnedDirections", setting);
  const n = setting.contextLength;
  const tau = responseVariance(setting);
  const value = sharedSpectrum(setting)
    .sort((one, other) => other.lambda ** 2 * other.omega - one.lambda ** 2 * one.omega)
    .map(({ lambda, omega }) => {
      const gamma = lambda * omega === 0 ? 0 : omega / ((n + 1) * lambda * omega + tau);
      return {
        covariateVariance: lambda,
        taskVariance: omega,
        gamma,
        lossReduction: n * (lambda * omega) * (lambda * gamma),
      };
    });
  requireInRange("learnedDirections", "direction", [tau, ...value.flatMap((direction) => Object.values(direction))]);
  return {
    value,
    formula: String.raw`\gamma_i^* = \omega_i/((n+1)\lambda_i\omega_i+\tau),\quad n\lambda_i^2\omega_i\gamma_i^*`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
      "Σ and Ω share an eigenbasis",
      "rank-one heads with separate key and query, small start",
    ],
    source: cite("zhang-2025", "separate key and query: saddle to saddle"),
  };
}

/**
 * The losses at which training with separate rank-one heads pauses, highest first: L_0, …, L_d.
 *
 * $$ L_m = \tau-\sum_{i\le m}\frac{n\lambda_i^2\omega_i^2}{(n+1)\lambda_i\omega_i+\tau} $$
 *
 * with directions in decreasing λᵢ²ωᵢ, the order of learning. This is the optimum of rank m (`optimalStepOfRank`) where
 * that order agrees with the one by λᵢωᵢ, as for Ω ∝ I; otherwise it lies above. Summed as what each direction leaves,
 * tᵢ(tᵢ+τ)/((n+1)tᵢ+τ) of tᵢ = λᵢωᵢ, so that the last plateau keeps its digits for large n.
 *
 * @returns d + 1 losses, σ² of the query included
 * @throws AssumptionError unless Σ and Ω share an eigenbasis
 * @throws DomainError, ShapeError for an invalid setting
 * @throws NumericalError where τ or λᵢ²ωᵢ overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, separate key and query: saddle to saddle.
 *
 * @example
 * const setting = { contextLength: 16, covariates: covariance(diagonal([1.5, 1, 0.5])), tasks: isotropic(3), noiseVariance: 0.3 };
 * plateauLosses(setting).value[1]; // ≈ 2.05
 */
export function plateauLosses(setting: GaussianLinearSetting): ClosedForm<readonly number[]> {
  const directions = learnedDirections(setting);
  const { contextLength: n, noiseVariance } = setting;
  const tau = responseVariance(setting);
  const signals = directions.value.map(({ covariateVariance, taskVariance }) => covariateVariance * taskVariance);
  const left = signals.map((t) => (t === 0 ? 0 : t * ((t + tau) / ((n + 1) * t + tau))));
  const losses = Array.from({ length: signals.length + 1 }, (_, learned) =>
    signals.reduce((sum, t, i) => sum + (i < learned ? left[i] : t), noiseVariance),
  );
  return {
    ...directions,
    value: losses,
    formula: String.raw`L_m = \tau-\sum_{i\le m} n\lambda_i^2\omega_i^2/((n+1)\lambda_i\omega_i+\tau)`,
  };
}

/** The pairs (λᵢ, ωᵢ) of commuting Σ and Ω: the eigenvectors of a generic combination diagonalise both. */
function sharedSpectrum(setting: GaussianLinearSetting): { lambda: number; omega: number }[] {
  const sigma = setting.covariates.matrix;
  const omega = setting.tasks.matrix;
  const [a, b] = [maxAbs(sigma) || 1, maxAbs(omega) || 1];
  const { vectors } = symmetricEigen(add(scale(sigma, 1 / a), scale(omega, Math.SQRT1_2 / b)));
  const [first, second] = [sigma, omega].map((matrix) => multiply(transpose(vectors), matrix, vectors));
  // The combination is diagonal now: what is left off the diagonal of one covariance is left of the other.
  const d = sigma.rows;
  const offDiagonal = second.values.filter((_, at) => at % (d + 1) !== 0);
  if (offDiagonal.every((value) => Math.abs(value) <= 2 ** -30 * b)) {
    return Array.from({ length: d }, (_, i) => ({
      lambda: Math.max(first.values[i * (d + 1)], 0),
      omega: Math.max(second.values[i * (d + 1)], 0),
    }));
  }
  throw new AssumptionError({
    where: "learnedDirections",
    expected: "Σ and Ω with a shared eigenbasis",
    arrived: "covariances that do not commute",
    hint: "integrate the flow numerically (model), or use optimalStepOfRank for the optimum of each rank",
    source: "zhang-2025, separate key and query",
    unmet: ["Σ and Ω share an eigenbasis"],
  });
}
