import { DomainError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireFields, requireInRange, requireNonNegative, requirePositive } from "../require.ts";
import { cite } from "../sources.ts";

/** Sizes of pre-training in units of the dimension, as d → ∞. */
export interface PretrainingSizes {
  /** α = n/d, examples of a context */
  readonly contextRatio: number;
  /** κ = K/d, tasks of the pool */
  readonly taskRatio: number;
  /** τ = P/d², prompts, one query each */
  readonly promptRatio: number;
  /** ρ = σ²/ω², noise variance over the variance of a noiseless response */
  readonly noiseRatio: number;
}

/**
 * The loss on new tasks of the step Γ that interpolates, or fits best, a finite sample of pre-training prompts on a pool
 * of K tasks, as d → ∞: a double descent in the number of prompts, with its peak at P = d².
 *
 * $$ q = \frac{1+\rho}{\alpha}, \qquad M_\kappa(x) = \frac{2}{x+1-\frac1\kappa+\sqrt{(x+1-\frac1\kappa)^2+\frac{4x}\kappa}}, \qquad \mu = q\,M_{\kappa/\tau}(q) $$
 *
 * $$ e = \frac{\tau(1+q)}{1-\tau}\Big[1-\tau(1-\mu)^2+\mu\Big(\frac\rho q-1\Big)\Big]-2\tau(1-\mu)+1+\rho \qquad (\tau<1) $$
 *
 * $$ e = 1+\rho-2(1-qm)+(1+q)(1-2qm-q^2m')+\frac{(1+q)\,m}{\tau-1}\big[\rho+q(1-qm)\big] \qquad (\tau>1) $$
 *
 * with m = M_κ(q) and m' its derivative. The second form reads: the loss of the best step for the pool,
 * Γ ∝ R(R + qI)⁻¹ with R the second moment of its tasks, and the variance of least squares with τd² rows and d² columns.
 *
 * @returns the loss in units of the variance of a noiseless response, noise of the query included
 * @throws DomainError for ratios that are not positive, a negative noise, or τ = 1, where the loss diverges
 * @throws NumericalError where the loss overflows
 *
 * Source: Lu et al. 2024, arXiv 2405.11751, learning curve without ridge.
 *
 * @example
 * finitePretrainingRisk({ contextRatio: 10, taskRatio: 0.5, promptRatio: 2, noiseRatio: 0.01 }).value; // ≈ 0.891163862748
 */
export function finitePretrainingRisk(sizes: PretrainingSizes): ClosedForm<number> {
  const where = "finitePretrainingRisk";
  requireFields(where, "the sizes", sizes, ["contextRatio", "taskRatio", "promptRatio", "noiseRatio"]);
  const { contextRatio, taskRatio, promptRatio: tau, noiseRatio: rho } = sizes;
  requirePositive(where, "context ratio", contextRatio);
  requirePositive(where, "task ratio", taskRatio);
  requirePositive(where, "prompt ratio", tau);
  requireNonNegative(where, "noise ratio", rho, "give σ²/ω²");
  if (tau === 1) {
    throw new DomainError({
      where,
      expected: "a number of prompts other than d²",
      arrived: "τ = 1",
      hint: "the loss diverges there, the peak of the double descent",
    });
  }
  const q = (1 + rho) / contextRatio;
  const value = tau < 1 ? interpolating(tau, q, rho, taskRatio) : overdetermined(tau, q, rho, taskRatio);
  requireInRange(where, "loss", [value]);
  return {
    value,
    formula: String.raw`\tau<1:\ \frac{\tau(1+q)}{1-\tau}\big[1-\tau(1-\mu)^2+\mu(\rho/q-1)\big]-2\tau(1-\mu)+1+\rho,\quad q = (1+\rho)/\alpha,\ \mu = q M_{\kappa/\tau}(q)`,
    hypotheses: [
      hypotheses.squaredError,
      "covariates x ~ N(0, I/d); tasks of the pool and new tasks w ~ N(0, ω²I)",
      hypotheses.gaussianNoise,
      "n = αd, K = κd and P = τd² as d → ∞: an approximation at finite sizes",
      "the step of least squares on P prompts, of least norm where they leave it open",
    ],
    source: cite("lu-2024", "learning curve without ridge"),
  };
}

function interpolating(tau: number, q: number, rho: number, kappa: number): number {
  const mu = q * transformOf(kappa / tau, q).value;
  const bracket = 1 - tau * (1 - mu) ** 2 + mu * (rho / q - 1);
  return ((tau * (1 + q)) / (1 - tau)) * bracket - 2 * tau * (1 - mu) + 1 + rho;
}

function overdetermined(tau: number, q: number, rho: number, kappa: number): number {
  const { value: m, derivative } = transformOf(kappa, q);
  const best = 1 + rho - 2 * (1 - q * m) + (1 + q) * (1 - 2 * q * m - q * q * derivative);
  return best + (((1 + q) * m) / (tau - 1)) * (rho + q * (1 - q * m));
}

/** M_κ(x) = lim tr(R + xI)⁻¹/d for R = (1/K) Σ w wᵀ with K = κd tasks w ~ N(0, I), and its derivative in x. */
function transformOf(kappa: number, x: number): { value: number; derivative: number } {
  const shift = x + 1 - 1 / kappa;
  const root = Math.hypot(shift, 2 * Math.sqrt(x / kappa));
  // Whichever form of the denominator does not cancel.
  const denominator = shift > 0 ? shift + root : (4 * x) / kappa / (root - shift);
  const value = 2 / denominator;
  return { value, derivative: (-value * (1 + (shift + 2 / kappa) / root)) / denominator };
}
