import {
  add,
  AssumptionError,
  DomainError,
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
import { requirePositive } from "../require.ts";
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
 * @throws AssumptionError unless Σ and Ω share an eigenbasis
 * @throws DomainError, ShapeError for an invalid setting
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
      const gamma = omega === 0 ? 0 : omega / ((n + 1) * lambda * omega + tau);
      return {
        covariateVariance: lambda,
        taskVariance: omega,
        gamma,
        lossReduction: n * lambda * lambda * omega * gamma,
      };
    });
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
 * that order agrees with the one by λᵢωᵢ, as for Ω ∝ I; otherwise it lies above.
 *
 * @throws AssumptionError unless Σ and Ω share an eigenbasis
 *
 * @example
 * const setting = { contextLength: 16, covariates: covariance(diagonal([1.5, 1, 0.5])), tasks: isotropic(3), noiseVariance: 0.3 };
 * plateauLosses(setting).value[1]; // ≈ 2.05
 */
export function plateauLosses(setting: GaussianLinearSetting): ClosedForm<readonly number[]> {
  const directions = learnedDirections(setting);
  const losses = [responseVariance(setting)];
  for (const { lossReduction } of directions.value) losses.push(losses[losses.length - 1] - lossReduction);
  return {
    ...directions,
    value: losses,
    formula: String.raw`L_m = \tau-\sum_{i\le m} n\lambda_i^2\omega_i^2/((n+1)\lambda_i\omega_i+\tau)`,
  };
}

/** How a rank-one head grows along one eigen-direction: γ̂ = s³ with v = ‖q‖ = ‖k‖ = s. */
export interface RankOneGrowth {
  /** n */
  readonly contextLength: number;
  /** λ, ω and γ* of the direction, as `learnedDirections` returns them */
  readonly direction: LearnedDirection;
  /** κ, the factor in front of the attention sum; 1/n if omitted */
  readonly prefactor?: number;
}

/**
 * The time that a rank-one head needs to grow from s₀ to s along its direction.
 *
 * $$ \dot s = 2\kappa n\lambda^2\omega\,s^2\Big(1-\frac{s^3}{\hat\gamma^*}\Big), \qquad 2\kappa n\lambda^2\omega\;t = \frac1{s_0}-\frac1s+\frac{1}{\hat\gamma^{*1/3}}\big[F(s/\hat\gamma^{*1/3})-F(s_0/\hat\gamma^{*1/3})\big] $$
 *
 * $$ F(v) = \int\frac{v\,dv}{1-v^3} = \tfrac13\Big[-\ln(1-v)+\tfrac12\ln(1+v+v^2)-\sqrt3\arctan\frac{2v+1}{\sqrt3}\Big] $$
 *
 * with κγ̂* = γ*. From a small start the first term dominates: the plateau lasts about `plateauLength`.
 *
 * @param from s₀ > 0
 * @param to s, below the limit γ̂∞^{1/3}
 * @throws DomainError unless 0 < s₀ ≤ s < γ̂∞^{1/3}
 *
 * @example
 * const direction = { covariateVariance: 1, taskVariance: 1, gamma: 1, lossReduction: 1 };
 * rankOneTime({ contextLength: 1, direction }, 0.01, 0.5).value; // ≈ 49.0658687662
 */
export function rankOneTime(growth: RankOneGrowth, from: number, to: number): ClosedForm<number> {
  const { drive, limit } = growthConstants("rankOneTime", growth);
  requirePositive("rankOneTime", "starting size", from);
  if (!(to >= from && to < limit)) {
    throw new DomainError({
      where: "rankOneTime",
      expected: `a size from ${from} up to, but not including, the limit ${limit}`,
      arrived: String(to),
      hint: "the head approaches its limit exponentially and never reaches it",
    });
  }
  return {
    value: (1 / from - 1 / to + (primitive(to / limit) - primitive(from / limit)) / limit) / drive,
    formula: String.raw`2\kappa n\lambda^2\omega\,t = 1/s_0-1/s+\hat\gamma^{*-1/3}[F(s/\hat\gamma^{*1/3})-F(s_0/\hat\gamma^{*1/3})]`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
      hypotheses.squaredError,
      "gradient flow of one rank-one head aligned with an eigenvector, balanced, the others at rest",
    ],
    source: cite("zhang-2025", "separate key and query: saddle to saddle"),
  };
}

/**
 * How long a rank-one head of initial size s₀ stays on its plateau.
 *
 * $$ \frac{1}{2\kappa n\lambda^2\omega\,s_0} $$
 *
 * @throws DomainError for a start or a direction without size
 *
 * @example
 * const direction = { covariateVariance: 1, taskVariance: 1, gamma: 1, lossReduction: 1 };
 * plateauLength({ contextLength: 1, direction }, 0.01).value; // => 50
 */
export function plateauLength(growth: RankOneGrowth, from: number): ClosedForm<number> {
  const { drive } = growthConstants("plateauLength", growth);
  requirePositive("plateauLength", "starting size", from);
  return {
    value: 1 / (drive * from),
    formula: String.raw`1/(2\kappa n\lambda^2\omega\,s_0)`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      hypotheses.squaredError,
      "gradient flow of one rank-one head from a small start; accurate to a percent",
    ],
    source: cite("zhang-2025", "separate key and query: saddle to saddle"),
  };
}

function growthConstants(
  where: string,
  { contextLength, direction, prefactor }: RankOneGrowth,
): { drive: number; limit: number } {
  const kappa = prefactor ?? 1 / contextLength;
  requirePositive(where, "context length", contextLength);
  requirePositive(where, "prefactor", kappa);
  requirePositive(where, "γ* of the direction", direction.gamma);
  const drive = 2 * kappa * contextLength * direction.covariateVariance ** 2 * direction.taskVariance;
  requirePositive(where, "λ²ω of the direction", drive);
  return { drive, limit: Math.cbrt(direction.gamma / kappa) };
}

function primitive(v: number): number {
  return (-Math.log1p(-v) + 0.5 * Math.log1p(v + v * v) - Math.sqrt(3) * Math.atan((2 * v + 1) / Math.sqrt(3))) / 3;
}

/** The pairs (λᵢ, ωᵢ) of commuting Σ and Ω: the eigenvectors of a generic combination diagonalise both. */
function sharedSpectrum(setting: GaussianLinearSetting): { lambda: number; omega: number }[] {
  const sigma = setting.covariates.matrix;
  const omega = setting.tasks.matrix;
  const [a, b] = [maxAbs(sigma) || 1, maxAbs(omega) || 1];
  const { vectors } = symmetricEigen(add(scale(sigma, 1 / a), scale(omega, Math.SQRT1_2 / b)));
  const rotated = [sigma, omega].map((matrix) => multiply(transpose(vectors), matrix, vectors));
  const d = sigma.rows;
  const offDiagonal = rotated.map(({ values }) =>
    values.reduce((most, value, at) => (at % (d + 1) === 0 ? most : Math.max(most, Math.abs(value))), 0),
  );
  if (offDiagonal[0] <= 2 ** -30 * a && offDiagonal[1] <= 2 ** -30 * b) {
    const [first, second] = rotated;
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
