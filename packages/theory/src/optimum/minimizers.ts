import { frobeniusNorm, ShapeError, svd, type LsaParameters, type Matrix, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import {
  requireFields,
  requireFiniteNumber,
  requireInRange,
  requireMatrix,
  requireSize,
  requireSquare,
} from "../require.ts";
import { cite } from "../sources.ts";
import { liftToLsa } from "./lift.ts";
import { optimalStep } from "./step.ts";

/** All parameters of one head that attain the minimum. */
export interface MinimizerSet {
  /** The canonical representative, u = e_{d+1}, M = diag(Γ*ᵀ, 0). */
  readonly representative: LsaParameters<Matrix>;
  /** rank Γ*: the least key dimension that suffices */
  readonly rank: number;
  /** The transformations that lead from the representative to every other minimizer. */
  readonly gauges: readonly string[];
  /** Whether these are all. Not if rank Γ* ≤ 1, where m_yx u_xᵀ may carry the step instead. */
  readonly complete: boolean;
}

/**
 * The set of all minimizers of one layer of linear attention.
 *
 * $$ \lbrace (c\,u^*,\ M^{*}\,c^{-1}) : c \ne 0 \rbrace \text{ with the last column of } M \text{ free} $$
 *
 * At a minimum Γ = Γ* and the even part e = M_xxᵀ S u_x + u_y c m_yx vanishes almost surely. Given S the energy c = yᵀy
 * is random, so u_y m_yx = 0 and M_xxᵀ S u_x = 0; if u_x ≠ 0 the vectors S u_x span R^d, so M_xx = 0 and
 * Γ = m_yx u_xᵀ has rank at most 1. For rank Γ* ≥ 2 therefore u_x = 0, m_yx = 0 and M_xx = Γ*ᵀ/u_y.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 *
 * Source: own derivation, the even part vanishes at a minimum.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 };
 * minimizers(gaussianLinearMoments(setting)).value.rank; // => 5
 */
export function minimizers(moments: PromptMoments): ClosedForm<MinimizerSet> {
  const { preconditioner } = optimalStep(moments).value;
  const rank = numericalRank(preconditioner);
  return {
    value: {
      representative: liftToLsa(preconditioner),
      rank,
      gauges: [
        "(u, M) → (c·u, M/c), c ≠ 0",
        "any last column of M: it multiplies the query's zero response",
        "(W_K, W_Q) → (T^{−ᵀ}W_K, T·W_Q), T invertible",
        "any (W_V, h) with the same W_Vᵀh",
      ],
      complete: rank >= 2 && moments.evenPartDecouples === "proved",
    },
    formula: String.raw`\{(c\,u^*, c^{-1}M^*): c\ne0\},\quad u^* = e_{d+1},\ M^* = \mathrm{diag}(\Gamma^{*\top}, 0)`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.squaredError,
      moments.evenPartDecouples === "proved" ? hypotheses.evenPartDecouples : hypotheses.stepsOnly,
    ],
    source: cite("onestep", "minimizers"),
  };
}

function numericalRank(matrix: Matrix): number {
  const { values } = svd(matrix);
  return values.filter((value) => value > 4 * matrix.rows * 2 ** -52 * values[0]).length;
}

/**
 * How far parameters are from performing the step Γ and nothing else, whatever their gauge.
 *
 * $$ \frac{\lVert u\otimes M - e_{d+1}\otimes M_\Gamma\rVert_F}{\lVert\Gamma\rVert_F} = \frac{1}{\lVert\Gamma\rVert_F}\sqrt{\lVert u_yM_{xx}^\top-\Gamma\rVert^2 + u_y^2\lVert m_{yx}\rVert^2 + \lVert u_x\rVert^2(\lVert M_{xx}\rVert^2+\lVert m_{yx}\rVert^2)} $$
 *
 * The layer depends on u and M through u ⊗ M alone, so the rescaling (c·u, M/c) does not change it, and the dead last
 * column of M is left out. For Γ = 0 the norm is absolute. Zero means a minimizer if Γ = Γ*; for rank Γ* ≥ 2 the
 * converse holds too.
 *
 * @param parameters keyQuery `[d+1, d+1]`, valueProjection with d + 1 entries
 * @param preconditioner Γ, `[d, d]`
 * @throws ShapeError, DomainError for sizes that do not fit or entries that are missing or not finite
 * @throws NumericalError if the distance overflows
 *
 * Source: own derivation, the blocks of u ⊗ M that act on a prompt.
 *
 * @example
 * const step = matrixFromRows([[1, 2], [3, 4]]);
 * distanceToMinimizers(liftToLsa(step), step); // => 0
 */
export function distanceToMinimizers(parameters: LsaParameters<Matrix>, preconditioner: Matrix): number {
  requireFields("distanceToMinimizers", "parameters", parameters, ["keyQuery", "valueProjection"]);
  requireSquare("distanceToMinimizers", "preconditioner", preconditioner);
  const d = preconditioner.rows;
  const { keyQuery, valueProjection } = parameters;
  requireSize("distanceToMinimizers", "keyQuery", keyQuery, d + 1, d + 1);
  requireMatrix("distanceToMinimizers", "valueProjection", valueProjection);
  if (valueProjection.values.length !== d + 1) {
    throw new ShapeError({
      where: "distanceToMinimizers",
      expected: `a value projection of ${d + 1} entries`,
      arrived: `${valueProjection.values.length}`,
      hint: "u has one entry per token coordinate, d + 1",
    });
  }
  const u = valueProjection.values;
  for (const value of u) requireFiniteNumber("distanceToMinimizers", "entry of the value projection", value);
  const uy = u[d];
  const squares: number[] = [];
  for (let i = 0; i <= d; i++) {
    for (let j = 0; j < d; j++) {
      const m = keyQuery.values[i * (d + 1) + j];
      squares.push(uy * m - (i < d ? preconditioner.values[j * d + i] : 0));
      for (let k = 0; k < d; k++) squares.push(u[k] * m);
    }
  }
  const size = frobeniusNorm(preconditioner);
  const distance = frobeniusNorm({ rows: squares.length, columns: 1, values: Float64Array.from(squares) });
  const relative = size > 0 ? distance / size : distance;
  requireInRange("distanceToMinimizers", "distance", [relative]);
  return relative;
}
