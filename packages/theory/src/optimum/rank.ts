import {
  AssumptionError,
  DomainError,
  multiply,
  svd,
  transpose,
  zeros,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireLoss, requireMoments } from "../moments/require-moments.ts";
import { supportOf } from "../numerics/solve-on-support.ts";
import { requireInRange } from "../require.ts";
import { cite } from "../sources.ts";
import { stationarityTerms } from "./stationarity.ts";
import type { OptimalStep } from "./step.ts";

/**
 * The best step of rank at most r: what heads of key dimension r (or H heads of rank r/H) can reach.
 *
 * $$ N = S^{-1/2}A^\top B^{-1/2}, \qquad \Gamma_r = S^{-1/2}N_r B^{-1/2}, \qquad L_r = \mathbb{E}\,y_q^2 - \sum_{i\le r}s_i(N)^2 $$
 *
 * R(Γ) = E y_q² − ‖N‖² + ‖S^{1/2}ΓB^{1/2} − N‖²: the nearest matrix of rank r is N's truncated singular value
 * decomposition N_r (Eckart–Young). Square roots are inverted on the supports of S and B.
 *
 * @param moments of the prompts, matrices `[d, d]`
 * @param rank r, a whole number, 0 ≤ r ≤ d
 * @throws AssumptionError for a law whose strata share neither S nor B: no closed form is known
 * @throws DomainError for a rank that is not one
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 *
 * Source: Eckart & Young 1936, Psychometrika 1, low-rank approximation.
 *
 * @example
 * const setting = { contextLength: 16, covariates: covariance(diagonal([1.5, 1, 0.5])), tasks: isotropic(3), noiseVariance: 0.3 };
 * optimalStepOfRank(gaussianLinearMoments(setting), 1).value.loss; // ≈ 2.05
 */
export function optimalStepOfRank(moments: PromptMoments, rank: number): ClosedForm<OptimalStep> {
  requireMoments("optimalStepOfRank", moments);
  requireRank(rank, moments.dimension);
  const terms = stationarityTerms(moments.strata);
  const [term] = terms;
  if (terms.length !== 1) {
    throw new AssumptionError({
      where: "optimalStepOfRank",
      expected: "strata that share the query's second moment or the step moment",
      arrived: `${terms.length} strata that differ in both`,
      hint: "use optimalStep for the optimum of full rank, or train a layer of that key dimension",
      source: "eckart-1936, low-rank approximation",
      unmet: ["the loss is one weighted Frobenius distance"],
    });
  }
  const [left, right] = [inverseRoot(term.left), inverseRoot(term.right)];
  const { left: u, values, right: v } = svd(multiply(left, transpose(moments.crossMoment), right));
  const d = moments.dimension;
  const truncated = zeros(d, d);
  for (let k = 0; k < rank; k++) {
    for (let i = 0; i < d; i++) {
      const factor = values[k] * u.values[i * u.columns + k];
      for (let j = 0; j < d; j++) truncated.values[i * d + j] += factor * v.values[j * v.columns + k];
    }
  }
  const loss = values.subarray(0, rank).reduce((rest, s) => rest - s * s, moments.responseSecondMoment);
  const preconditioner = multiply(left, truncated, right);
  requireInRange("optimalStepOfRank", "preconditioner", preconditioner.values);
  return {
    value: {
      preconditioner,
      loss: requireLoss("optimalStepOfRank", loss, moments.responseSecondMoment),
    },
    formula: String.raw`\Gamma_r = S^{-1/2}N_rB^{-1/2},\quad L_r = \mathbb{E}\,y_q^2 - \sum_{i\le r}s_i(N)^2,\quad N = S^{-1/2}A^\top B^{-1/2}`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.squaredError,
      hypotheses.finiteMoments,
      moments.evenPartDecouples === "proved" ? hypotheses.evenPartDecouples : hypotheses.stepsOnly,
    ],
    source: cite("eckart-1936", "low-rank approximation"),
  };
}

function requireRank(rank: number, dimension: number): void {
  if (Number.isSafeInteger(rank) && rank >= 0 && rank <= dimension) return;
  throw new DomainError({
    where: "optimalStepOfRank",
    expected: `a whole rank from 0 to the dimension, ${dimension}`,
    arrived: String(rank),
    hint: "rank 0 is the zero predictor, rank d is optimalStep",
  });
}

/** V λ^{−1/2} Vᵀ on the support. */
function inverseRoot(matrix: Matrix): Matrix {
  const { values, vectors } = supportOf(matrix);
  const scaled = zeros(vectors.rows, vectors.columns);
  scaled.values.set(vectors.values.map((value, at) => value / Math.sqrt(values[at % vectors.columns])));
  return multiply(scaled, transpose(vectors));
}
