import { DomainError, log1p, power } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireContextLength, requireFields, requireInRange, requirePositive } from "../require.ts";
import { cite } from "../sources.ts";
import type { LearnedDirection } from "./learned-directions.ts";

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
 * @param to s, below the limit γ̂*^{1/3}
 * @returns t, in the units of θ̇ = −∇L
 * @throws DomainError unless 0 < s₀ ≤ s < γ̂*^{1/3}, or for a direction, prefactor or context length that is not positive
 * @throws NumericalError where the time overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, separate key and query: saddle to saddle.
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
  const value = ((to - from) / to / from + (primitive(to / limit) - primitive(from / limit)) / limit) / drive;
  requireInRange("rankOneTime", "time", [value]);
  return {
    value,
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
 * $$ t_{\mathrm{plateau}} \approx \frac{1}{2\kappa n\lambda^2\omega\,s_0} $$
 *
 * The first term of `rankOneTime`, which dominates from a small start.
 *
 * @param from s₀ > 0
 * @returns t, in the units of θ̇ = −∇L
 * @throws DomainError for a start, direction, prefactor or context length that is not positive
 * @throws NumericalError where the time overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, separate key and query: saddle to saddle.
 *
 * @example
 * const direction = { covariateVariance: 1, taskVariance: 1, gamma: 1, lossReduction: 1 };
 * plateauLength({ contextLength: 1, direction }, 0.01).value; // => 50
 */
export function plateauLength(growth: RankOneGrowth, from: number): ClosedForm<number> {
  const { drive } = growthConstants("plateauLength", growth);
  requirePositive("plateauLength", "starting size", from);
  const value = 1 / drive / from;
  requireInRange("plateauLength", "time", [value]);
  return {
    value,
    formula: String.raw`t \approx 1/(2\kappa n\lambda^2\omega\,s_0)`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      hypotheses.squaredError,
      "gradient flow of one rank-one head from a small start; accurate to a percent",
    ],
    source: cite("zhang-2025", "separate key and query: saddle to saddle"),
  };
}

function growthConstants(where: string, growth: RankOneGrowth): { drive: number; limit: number } {
  requireFields(where, "the growth of a head", growth, ["contextLength", "direction"]);
  const { contextLength, direction, prefactor } = growth;
  requireFields(where, "a direction", direction, ["gamma", "covariateVariance", "taskVariance"]);
  const kappa = prefactor ?? 1 / contextLength;
  requireContextLength(where, contextLength);
  requirePositive(where, "prefactor", kappa);
  requirePositive(where, "γ* of the direction", direction.gamma);
  requirePositive(where, "λ of the direction", direction.covariateVariance);
  requirePositive(where, "ω of the direction", direction.taskVariance);
  const drive = 2 * kappa * contextLength * direction.covariateVariance ** 2 * direction.taskVariance;
  requirePositive(where, "λ²ω of the direction", drive);
  return { drive, limit: power(direction.gamma / kappa, 1 / 3) };
}

function primitive(v: number): number {
  return (-log1p(-v) + 0.5 * log1p(v + v * v) - Math.sqrt(3) * Math.atan((2 * v + 1) / Math.sqrt(3))) / 3;
}
