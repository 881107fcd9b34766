import { AssumptionError, DomainError, exp, log } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { stepSizeOf } from "../optimum/lift.ts";
import { optimalStepLoss, optimalStepSize } from "../optimum/step-size.ts";
import { requireFields, requireInRange, requireList, requirePositive } from "../require.ts";
import { rotationInvariantLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";

/** Gradient flow θ̇ = −∇L of merged attention ŷ = κ u_y x_qᵀ N b from a balanced start N = νI, u_y = √d ν. */
export interface MergedFlow {
  /** The law of the prompts: Σ = sI, Ω = ω²I, ω² > 0 */
  readonly setting: LinearSetting;
  /** γ̂(0) = u_y ν > 0, before the prefactor */
  readonly initial: number;
  /** κ, the factor in front of the attention sum; 1/n if omitted */
  readonly prefactor?: number;
}

/** The curve at one time. */
export interface FlowPoint {
  /** t, in the units of θ̇ = −∇L */
  readonly time: number;
  /** γ̂ = u_y ν; the step it performs is κγ̂ */
  readonly gamma: number;
  /** The pre-training loss of that step, σ² of the query included */
  readonly loss: number;
}

/**
 * Merged key-query attention learns white Gaussian prompts along a logistic curve: one plateau, one drop.
 *
 * $$ \hat\gamma(t) = \frac{\hat\gamma^*}{1+(\hat\gamma^{*}/\hat\gamma_0-1)\,e^{-rt}}, \qquad r = 4\kappa n\,\omega^2 s^2\sqrt d, \quad \kappa\hat\gamma^* = \eta^*, \qquad L(t) = L^*+\kappa n\,\omega^2 s^2 d\,\frac{(\hat\gamma-\hat\gamma^*)^2}{\hat\gamma^*} $$
 *
 * The loss is without ½ (halve the rates for ½); Σ = sI. On the balanced manifold both factors obey one equation,
 * γ̂̇ = −(2/√d) γ̂ ∂L/∂γ̂, and ∂L/∂γ̂ is linear in γ̂. A generic small start follows the same curve from the
 * γ̂₀ of `balancedStart`.
 *
 * @param times t ≥ 0
 * @returns the curve at each of them
 * @throws AssumptionError unless Σ = sI and Ω = ω²I
 * @throws DomainError for a negative time, a start or prefactor that is not positive, a law without signal, or an
 * invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the rate, the limit or the loss overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, merged key and query: a single abrupt drop.
 *
 * @example
 * const setting = { contextLength: 16, dimension: 4, noiseVariance: 0.3 };
 * mergedFlow({ setting, initial: 0.0002 }, [1]).value[0].gamma; // ≈ 0.332433927261
 */
export function mergedFlow(flow: MergedFlow, times: readonly number[]): ClosedForm<readonly FlowPoint[]> {
  const { rate, limit, stiffness, floor } = constantsOf("mergedFlow", flow);
  const { initial } = flow;
  requireList("mergedFlow", "times", times);
  const value = times.map((time) => {
    requireTime("mergedFlow", time);
    // (γ̂* − γ̂)/γ̂. From far below the odds by their logarithm: γ̂*/γ̂₀ may overflow where γ̂ does not.
    const odds =
      limit > initial
        ? exp(log(limit - initial) - log(initial) - rate * time)
        : (limit / initial - 1) * exp(-rate * time);
    // The distance from the limit by the other side of the fraction, so that neither end cancels.
    const gamma = limit / (1 + odds);
    const share = 1 / (1 + 1 / odds);
    return { time, gamma, loss: floor + stiffness * limit * share * share };
  });
  requireInRange(
    "mergedFlow",
    "curve",
    value.flatMap(({ gamma, loss }) => [gamma, loss]),
  );
  return {
    value,
    formula: String.raw`\hat\gamma(t) = \hat\gamma^*/(1+(\hat\gamma^*/\hat\gamma_0-1)e^{-rt}),\quad r = 4\kappa n\omega^2s^2\sqrt d,\ \kappa\hat\gamma^* = \eta^*`,
    hypotheses: [
      "covariates x ~ N(0, sI)",
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
      hypotheses.squaredError,
      "gradient flow of merged key-query attention from a balanced start",
    ],
    source: cite("zhang-2025", "merged key and query: a single abrupt drop"),
  };
}

/**
 * The time at which the logistic curve is halfway: the length of the plateau.
 *
 * $$ t_{1/2} = \frac{\ln(\hat\gamma^{*}/\hat\gamma_0-1)}{4\kappa n\,\omega^2s^2\sqrt d} $$
 *
 * 0 where the start is beyond half the limit.
 *
 * @returns t_½, in the units of θ̇ = −∇L
 * @throws AssumptionError unless Σ = sI and Ω = ω²I
 * @throws DomainError for a start or prefactor that is not positive, a law without signal, or an invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the rate or the limit overflows
 *
 * Source: Zhang et al. 2025, arXiv 2501.16265, merged key and query: a single abrupt drop.
 *
 * @example
 * const setting = { contextLength: 16, dimension: 4, noiseVariance: 0.3 };
 * mergedHalfTime({ setting, initial: 0.0002 }).value; // ≈ 1.02885106944
 */
export function mergedHalfTime(flow: MergedFlow): ClosedForm<number> {
  const { rate, limit } = constantsOf("mergedHalfTime", flow);
  const { initial } = flow;
  const value = limit > 2 * initial ? (log(limit - initial) - log(initial)) / rate : 0;
  requireInRange("mergedHalfTime", "time", [value]);
  return {
    ...mergedFlow(flow, []),
    value,
    formula: String.raw`t_{1/2} = \ln(\hat\gamma^*/\hat\gamma_0-1)/(4\kappa n\omega^2s^2\sqrt d)`,
  };
}

function constantsOf(
  where: string,
  flow: MergedFlow,
): { rate: number; limit: number; stiffness: number; floor: number } {
  requireFields(where, "a flow", flow, ["setting", "initial"]);
  const { setting, initial, prefactor } = flow;
  const law = rotationInvariantLaw(where, setting);
  requireIsotropicTasks(where, setting);
  const { contextLength: n, dimension: d, taskVariance, covariateVariance } = law;
  const kappa = prefactor ?? 1 / n;
  requirePositive(where, "initial γ̂", initial);
  requirePositive(where, "prefactor", kappa);
  requirePositive(where, "task variance", taskVariance);
  // ω² of the isotropic law is sω², so ω²s² is s times it; its step on x̃ = x/√s is s times the step on x.
  const drive = kappa * n * taskVariance * covariateVariance;
  const constants = {
    rate: 4 * drive * Math.sqrt(d),
    limit: optimalStepSize(law).value / covariateVariance / kappa,
    stiffness: drive * d,
    floor: optimalStepLoss(law).value,
  };
  requireInRange(where, "rate or limit", Object.values(constants));
  // Finite inputs can underflow as well.
  requirePositive(where, "rate", constants.rate);
  requirePositive(where, "limit", constants.limit);
  return constants;
}

function requireTime(where: string, time: number): void {
  if (time >= 0 && time < Infinity) return;
  throw new DomainError({
    where,
    expected: "a finite time, at least 0",
    arrived: String(time),
    hint: "training starts at time 0, where γ̂ is `initial`",
  });
}

/** Directions of unequal task variance grow at unequal rates: their sum is no logistic curve. */
function requireIsotropicTasks(where: string, setting: LinearSetting): void {
  if (!("tasks" in setting) || stepSizeOf(setting.tasks.matrix) !== null) return;
  throw new AssumptionError({
    where,
    expected: "isotropic tasks, Ω = ω²I",
    arrived: "a task covariance that is not a multiple of the identity",
    hint: "plateauLosses gives the stages of training on anisotropic laws",
    source: "zhang-2025, merged key and query: a single abrupt drop",
    unmet: ["tasks w ~ N(0, ω²I)"],
  });
}
