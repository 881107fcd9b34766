import { DomainError, frobeniusNorm, trace, type Matrix } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireFiniteNumber, requireInRange, requireSquare } from "../require.ts";
import { cite } from "../sources.ts";

/**
 * The γ̂₀ of the logistic curve (`mergedFlow`) that a small start of merged attention, balanced or not, follows.
 *
 * $$ \hat\gamma_0 = \frac{a_0^2}{2\sqrt d}, \qquad a_0 = \frac{1}{\sqrt2}\Big(u_y(0)+\frac{\mathrm{tr}\,N(0)}{\sqrt d}\Big) $$
 *
 * Near 0 the flow is linear, and a_0 is its one growing mode: everything else in (u_y, N) shrinks, or stays as small as
 * it was, until the curve has left the plateau as u_y = √d ν, N = νI, a = √2 u_y. Asymptotic in the size ε of the start:
 * the time of the drop is off by a share of order ε², 4·10⁻⁵ at ε = 0.01, n = 8, d = 2.
 *
 * @param readout u_y(0)
 * @param step N(0), `[d, d]`
 * @returns γ̂₀ > 0, before the prefactor
 * @throws DomainError for numbers that are not finite, or a start without growing mode: it returns to 0
 * @throws ShapeError for a matrix that is not square
 * @throws NumericalError where γ̂₀ overflows
 *
 * Source: own derivation, balancedStart.
 *
 * @example
 * balancedStart(0.02, matrixFromRows([[0.01, 0.003], [0, 0.01]])).value; // ≈ 0.000206066017178
 */
export function balancedStart(readout: number, step: Matrix): ClosedForm<number> {
  requireFiniteNumber("balancedStart", "readout", readout);
  requireSquare("balancedStart", "step", step);
  const root = Math.sqrt(step.rows);
  const growing = (readout + trace(step) / root) / Math.SQRT2;
  if (Math.abs(growing) <= 2 ** -50 * (Math.abs(readout) + frobeniusNorm(step))) {
    throw new DomainError({
      where: "balancedStart",
      expected: "a start with a growing mode, u_y + tr N/√d not 0",
      arrived: `u_y = ${readout}, tr N/√d = ${trace(step) / root}`,
      hint: "such a start runs back into 0, or stays there: draw another one",
    });
  }
  const value = (growing * growing) / (2 * root);
  requireInRange("balancedStart", "start", [value]);
  return {
    value,
    formula: String.raw`\hat\gamma_0 = a_0^2/(2\sqrt d),\quad a_0 = (u_y(0)+\mathrm{tr}N(0)/\sqrt d)/\sqrt2`,
    hypotheses: [
      "covariates x ~ N(0, sI)",
      hypotheses.isotropicTasks,
      hypotheses.gaussianNoise,
      hypotheses.squaredError,
      "gradient flow of merged key-query attention from a small start",
    ],
    source: cite("onestep", "balancedStart"),
  };
}
