import { DomainError, frobeniusNorm, scale, type Matrix } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireFiniteNumber, requireInRange, requirePositive, requireSquare } from "../require.ts";
import { cite } from "../sources.ts";

/** Where gradient flow of merged attention ends. */
export interface MergedLimit {
  /** u_y */
  readonly readout: number;
  /** N, `[d, d]`; the key-query block M_xx is its transpose */
  readonly step: Matrix;
}

/**
 * What gradient flow of merged attention conserves, on any law and for any loss, since u_y ∂L/∂u_y = ⟨N, ∂L/∂N⟩.
 *
 * $$ c = u_y^2-\lVert N\rVert_F^2 $$
 *
 * @param readout u_y
 * @param step N, `[d, d]`
 * @throws DomainError for numbers that are not finite
 * @throws ShapeError for a matrix that is not square
 * @throws NumericalError where a square overflows
 *
 * Source: own derivation, mergedBalance.
 *
 * @example
 * mergedBalance(2, matrixFromRows([[1]])); // => 3
 */
export function mergedBalance(readout: number, step: Matrix): number {
  requireFiniteNumber("mergedBalance", "readout", readout);
  requireSquare("mergedBalance", "step", step);
  const norm = frobeniusNorm(step);
  const balance = (readout - norm) * (readout + norm);
  requireInRange("mergedBalance", "balance", [balance]);
  return balance;
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
 * @throws ShapeError for a matrix that is not square
 * @throws NumericalError where the limit overflows or underflows
 *
 * Source: Zhang et al. 2023, arXiv 2306.09927, convergence of gradient flow.
 *
 * @example
 * mergedLimit(matrixFromRows([[4]]), 0, 1).value.readout; // => 2
 */
export function mergedLimit(preconditioner: Matrix, balance: number, prefactor: number): ClosedForm<MergedLimit> {
  requireFiniteNumber("mergedLimit", "balance", balance);
  requirePositive("mergedLimit", "prefactor", prefactor);
  requireSquare("mergedLimit", "Γ*", preconditioner);
  const size = frobeniusNorm(preconditioner) / prefactor;
  if (!(size > 0 && size < Infinity)) {
    throw new DomainError({
      where: "mergedLimit",
      expected: "a step Γ* that is finite and not 0",
      arrived: `one of norm ${size}`,
      hint: "a law without signal has no direction to flow to",
    });
  }
  const root = Math.hypot(balance / 2, size);
  // Whichever of the two roots does not cancel.
  const readout = Math.sqrt(balance >= 0 ? balance / 2 + root : size * (size / (root - balance / 2)));
  // Γ*/κ is as large as its norm, which fits; κu_y may not.
  const step = scale(scale(preconditioner, 1 / prefactor), 1 / readout);
  requireInRange("mergedLimit", "limit", [readout, ...step.values]);
  return {
    value: { readout, step },
    formula: String.raw`u_y^2 = \tfrac12\big(c+\sqrt{c^2+4\lVert\Gamma^*\rVert^2/\kappa^2}\big),\quad N = \Gamma^*/(\kappa u_y)`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      "gradient flow from a start within the basin of the global minimum",
    ],
    source: cite("zhang-2023", "convergence of gradient flow"),
  };
}
