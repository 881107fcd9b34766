import { AssumptionError, DomainError, frobeniusNorm, scale, type Matrix } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { stepSizeOf } from "../optimum/lift.ts";
import { optimalStepLoss, optimalStepSize } from "../optimum/step-size.ts";
import { requireFiniteNumber, requirePositive } from "../require.ts";
import { rotationInvariantLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";

/** Gradient flow θ̇ = −∇L of merged attention ŷ = κ u_y x_qᵀ N b from a balanced start N = νI, u_y = √d ν. */
export interface MergedFlow {
  readonly setting: LinearSetting;
  /** γ̂(0) = u_y ν > 0, before the prefactor */
  readonly initial: number;
  /** κ, the factor in front of the attention sum; 1/n if omitted */
  readonly prefactor?: number;
}

/** The curve at one time. */
export interface FlowPoint {
  readonly time: number;
  /** γ̂ = u_y ν; the step it performs is κγ̂ */
  readonly gamma: number;
  readonly loss: number;
}

/**
 * Merged key-query attention learns white Gaussian prompts along a logistic curve: one plateau, one drop.
 *
 * $$ \hat\gamma(t) = \frac{\hat\gamma^*}{1+(\hat\gamma^{*}/\hat\gamma_0-1)\,e^{-rt}}, \qquad r = 4\kappa n\,\omega^2 s^2\sqrt d, \quad \kappa\hat\gamma^* = \eta^*, \qquad L(t) = L^*+\kappa n\,\omega^2 s^2 d\,\frac{(\hat\gamma-\hat\gamma^*)^2}{\hat\gamma^*} $$
 *
 * The loss is without ½ (halve the rates for ½); Σ = sI. On the balanced manifold both factors obey one equation,
 * γ̂̇ = −(2/√d) γ̂ ∂L/∂γ̂, and ∂L/∂γ̂ is linear in γ̂. A generic small start of size ε follows the same curve with
 * γ̂₀ = a₀²/(2√d), a₀ = (u_y(0) + tr N(0)/√d)/√2.
 *
 * @param times t ≥ 0
 * @throws AssumptionError unless Σ = sI and Ω = ω²I; DomainError for a start that is not positive, or a law without signal
 *
 * @example
 * const setting = { contextLength: 16, dimension: 4, noiseVariance: 0.3 };
 * mergedFlow({ setting, initial: 0.0002 }, [1]).value[0].gamma; // ≈ 0.332433927261
 */
export function mergedFlow(flow: MergedFlow, times: readonly number[]): ClosedForm<readonly FlowPoint[]> {
  const { rate, limit, stiffness, floor } = constantsOf("mergedFlow", flow);
  const { initial } = flow;
  return {
    value: times.map((time) => {
      requireFiniteNumber("mergedFlow", "time", time);
      // The distance from the limit by the other side of the fraction, so that neither end cancels.
      const decay = (limit / initial - 1) * Math.exp(-rate * time);
      const gamma = Number.isFinite(decay) ? limit / (1 + decay) : 0;
      const missing = Number.isFinite(decay) ? (limit * decay) / (1 + decay) : limit;
      return { time, gamma, loss: floor + (stiffness * missing * missing) / limit };
    }),
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
 * @throws AssumptionError, DomainError as `mergedFlow`
 *
 * @example
 * const setting = { contextLength: 16, dimension: 4, noiseVariance: 0.3 };
 * mergedHalfTime({ setting, initial: 0.0002 }).value; // ≈ 1.02885106944
 */
export function mergedHalfTime(flow: MergedFlow): ClosedForm<number> {
  const { rate, limit } = constantsOf("mergedHalfTime", flow);
  const odds = limit / flow.initial - 1;
  return {
    ...mergedFlow(flow, []),
    value: odds > 1 ? Math.log(odds) / rate : 0,
    formula: String.raw`t_{1/2} = \ln(\hat\gamma^*/\hat\gamma_0-1)/(4\kappa n\omega^2s^2\sqrt d)`,
  };
}

function constantsOf(
  where: string,
  { setting, initial, prefactor }: MergedFlow,
): { rate: number; limit: number; stiffness: number; floor: number } {
  const law = rotationInvariantLaw(where, setting);
  requireIsotropicTasks(where, setting);
  const { contextLength: n, dimension: d, taskVariance, covariateVariance } = law;
  const kappa = prefactor ?? 1 / n;
  requirePositive(where, "initial γ̂", initial);
  requirePositive(where, "prefactor", kappa);
  requirePositive(where, "task variance", taskVariance);
  // ω² of the isotropic law is sω², so ω²s² is s times it; its step on x̃ = x/√s is s times the step on x.
  const drive = kappa * n * taskVariance * covariateVariance;
  return {
    rate: 4 * drive * Math.sqrt(d),
    limit: optimalStepSize(law).value / covariateVariance / kappa,
    stiffness: drive * d,
    floor: optimalStepLoss(law).value,
  };
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

/** Where gradient flow of merged attention ends. */
export interface MergedLimit {
  /** u_y */
  readonly readout: number;
  /** N, `[d, d]`; the key-query block M_xx is its transpose */
  readonly step: Matrix;
}

/**
 * u_y² − ‖N‖_F², which gradient flow of merged attention conserves, since u_y ∂L/∂u_y = ⟨N, ∂L/∂N⟩.
 *
 * @example
 * mergedBalance(2, matrixFromRows([[1]])); // => 3
 */
export function mergedBalance(readout: number, step: Matrix): number {
  requireFiniteNumber("mergedBalance", "readout", readout);
  const norm = frobeniusNorm(step);
  return readout * readout - norm * norm;
}

/**
 * The minimizer that gradient flow of merged attention reaches, from the quantity it conserves.
 *
 * $$ u_yN = \frac1\kappa\Gamma^*, \qquad u_y^2-\lVert N\rVert_F^2 = c, \qquad u_y^2 = \tfrac12\Big(c+\sqrt{c^2+4\lVert\Gamma^*\rVert_F^2/\kappa^2}\Big) $$
 *
 * At balance c = 0 this is u_y = ‖Γ*‖^{1/2} and N = ‖Γ*‖^{−1/2} Γ* (κ = 1), the limit of arXiv 2306.09927.
 *
 * @param preconditioner Γ*, `[d, d]`, not 0
 * @param balance c, from `mergedBalance` at the start
 * @param prefactor κ
 * @returns the limit with u_y > 0; (−u_y, −N) performs the same step
 * @throws DomainError for Γ* = 0 or numbers that are not finite
 *
 * @example
 * mergedLimit(matrixFromRows([[4]]), 0, 1).value.readout; // => 2
 */
export function mergedLimit(preconditioner: Matrix, balance: number, prefactor: number): ClosedForm<MergedLimit> {
  requireFiniteNumber("mergedLimit", "balance", balance);
  requirePositive("mergedLimit", "prefactor", prefactor);
  const size = frobeniusNorm(preconditioner) / prefactor;
  if (!(size > 0 && size < Infinity)) {
    throw new DomainError({
      where: "mergedLimit",
      expected: "a step Γ* that is finite and not 0",
      arrived: `one of norm ${size}`,
      hint: "a law without signal has no direction to flow to",
    });
  }
  const root = Math.hypot(balance, 2 * size);
  // Whichever of the two roots does not cancel.
  const readout = Math.sqrt(balance >= 0 ? (balance + root) / 2 : (2 * size * size) / (root - balance));
  return {
    value: { readout, step: scale(preconditioner, 1 / (prefactor * readout)) },
    formula: String.raw`u_y^2 = \tfrac12\big(c+\sqrt{c^2+4\lVert\Gamma^*\rVert^2/\kappa^2}\big),\quad N = \Gamma^*/(\kappa u_y)`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      "gradient flow from a start within the basin of the global minimum",
    ],
    source: cite("zhang-2023", "convergence of gradient flow"),
  };
}
