import {
  matrix,
  multiply,
  NumericalError,
  outer,
  pseudoInverse,
  ShapeError,
  solvePositiveDefinite,
  symmetricPart,
  transpose,
  dot,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { requireSizes } from "../deep/parametrisations/sizes.ts";
import { requireFiniteResult } from "../finite-result.ts";
import { gramSecondMoment, responseTimesKeys, responseTimesValues } from "./gram-moments.ts";
import { layerOfLiveHead } from "./heads-on-population.ts";
import { taskMoments, type GaussianLinearPopulation } from "./task-moments.ts";

/** The layer after a sweep. */
export interface MinimizationSweep {
  /** Sweeps done. */
  readonly sweep: number;
  /** The exact pre-training loss of the layer. */
  readonly loss: number;
  readonly parameters: LsaParameters<Matrix>;
}

/**
 * Minimises the exact loss of one layer by turns: it is quadratic in M for fixed u and in u for fixed M, so each sweep
 * solves two linear systems,
 *
 * $$ \mathcal T(uu^\top)\,K\,\Sigma = R(u), \qquad \mathcal T(K\Sigma K^\top)\,u = r(K). $$
 *
 * A few sweeps come within 1 % of where they lead, and they end where the loss stands still to the last digits. That may
 * be a local minimum, a layer that attends by covariates and takes a step of rank one: at d = 2 it catches nearly half of
 * all random u, on isotropic laws of d ≥ 3 none was seen. Take the best of several starts; where tasks have mean zero,
 * the response alone, u = e_{d+1}, leads to the global minimum at once.
 *
 * @param from u, `[d+1]`, at the start
 * @param most the most sweeps to make, default 1000
 * @throws ShapeError where law and u differ in dimension; DomainError for impossible numbers;
 * NumericalError where the loss overflows
 *
 * @example
 * // Theorem 1: at d = 1, n = 4, σ² = 0 the best step is η = 1/(n + d + 1) = 1/6, and its loss 1 − 4/6.
 * const law = { contextLength: 4, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
 * const sweeps = [...alternatingMinimization(law, { from: Float64Array.of(0.1, 1) })];
 * sweeps[sweeps.length - 1].loss; // ≈ 0.333333333333
 */
export function* alternatingMinimization(
  law: GaussianLinearPopulation,
  { from, most = 1000 }: { readonly from: Float64Array; readonly most?: number },
): Generator<MinimizationSweep, void, undefined> {
  const moments = taskMoments("alternatingMinimization", law);
  requireSizes("alternatingMinimization", { most });
  const { sigma, energy } = moments;
  if (from.length !== sigma.rows + 1) {
    throw new ShapeError({
      where: "alternatingMinimization",
      expected: `a value projection of ${sigma.rows + 1} entries, one more than the covariates have`,
      arrived: `${from.length} entries`,
      hint: "the last entry of u meets the response",
    });
  }
  let { values } = matrix(from.length, 1, from);
  let previous = Infinity;
  for (let sweep = 1; sweep <= most; sweep++) {
    // Σ enters both sides: K Σ = 𝒯⁻¹R is K = 𝒯⁻¹R Σ⁻¹, on the support of Σ where that is singular.
    const weighted = solveSemidefinite(
      gramSecondMoment(moments, outer(values, values)),
      responseTimesValues(moments, values),
    );
    const keys = transpose(solveSemidefinite(sigma, transpose(weighted)));
    const explained = responseTimesKeys(moments, keys);
    const inQuery = gramSecondMoment(moments, multiply(weighted, transpose(keys)));
    values = solveSemidefinite(inQuery, matrix(explained.length, 1, explained)).values;
    // At the minimum over u the energy of f is its product with the response.
    const [loss] = requireFiniteResult("alternatingMinimization", Float64Array.of(energy - dot(values, explained)));
    yield { sweep, loss, parameters: layerOfLiveHead({ values, keys }) };
    if (previous - loss <= 2 ** -50 * Math.abs(loss)) return;
    previous = loss;
  }
}

/** A solution x of a·x = b for positive semidefinite a and b in its range, the least one where a is singular. */
function solveSemidefinite(a: Matrix, b: Matrix): Matrix {
  const symmetric = symmetricPart(a);
  try {
    return solvePositiveDefinite(symmetric, b);
  } catch (error) {
    if (error instanceof NumericalError) return multiply(pseudoInverse(symmetric), b);
    throw error;
  }
}
