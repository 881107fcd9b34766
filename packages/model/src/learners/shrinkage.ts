import { solvePositiveDefinite, svd, trace, type Matrix } from "@onestep/core";
import { crossProduct, type Context } from "./context.ts";
import { covariateGram, sampleGram } from "./context-gram.ts";

/** A context along the singular directions of X = U·diag(s)·Vᵀ, those of a zero singular value left out. */
export interface SingularDirections {
  /** s, descending, all positive; as many as the rank of X */
  readonly values: readonly number[];
  /** U, `[n, ≥ rank]` */
  readonly left: Matrix;
  /** V, `[d, ≥ rank]` */
  readonly right: Matrix;
  /** Uᵀy */
  readonly responses: readonly number[];
}

/** Singular values below max(n, d)·2⁻⁵² of the largest are what rounding makes of zeros. */
export function singularDirections({ covariates, responses }: Context): SingularDirections {
  const { left, values: all, right } = svd(covariates);
  const cutoff = Math.max(covariates.rows, covariates.columns) * 2 ** -52 * all[0];
  const values = Array.from(all).filter((value) => value > cutoff);
  const projections = values.map((_, k) =>
    responses.reduce((sum, y, i) => sum + left.values[i * left.columns + k] * y, 0),
  );
  return { values, left, right, responses: projections };
}

/** ŵ = Σ_k f(s_k) ⟨u_k, y⟩ v_k/s_k: least squares, of least norm, of which f keeps a part of each direction. */
export function keptWeights(
  { values, right, responses }: SingularDirections,
  part: (singularValue: number) => number,
): Float64Array {
  const weights = new Float64Array(right.rows);
  values.forEach((value, k) => {
    const factor = (part(value) * responses[k]) / value;
    for (let j = 0; j < weights.length; j++) weights[j] += factor * right.values[j * right.columns + k];
  });
  return weights;
}

/** The ridge fit along singular directions, which keeps s²/(s² + λ); at λ = 0, least squares of least norm. */
export function shrunkWeights(directions: SingularDirections, penalty: number): Float64Array {
  return keptWeights(directions, (value) => value / (value + penalty / value));
}

/**
 * The minimizer of ‖y − Xw‖² + λ‖w‖², from the smaller of the systems (S + λI) w = Xᵀy and w = Xᵀ(XXᵀ + λI)⁻¹y.
 *
 * A Gram matrix squares the condition number. Where λ is too small to bound it the fit goes by singular values, which
 * lose nothing, down to λ = 0.
 */
export function ridgeWeights(context: Context, penalty: number): Float64Array {
  const { covariates, responses } = context;
  const primal = covariates.columns <= covariates.rows;
  const gram = primal ? covariateGram(context) : sampleGram(context);
  if (penalty === 0 || penalty < 2 ** -20 * trace(gram)) return shrunkWeights(singularDirections(context), penalty);
  const side = primal ? crossProduct(context, responses) : responses;
  for (let i = 0; i < gram.rows; i++) gram.values[i * (gram.rows + 1)] += penalty;
  const { values } = solvePositiveDefinite(gram, { rows: gram.rows, columns: 1, values: side });
  return primal ? values : crossProduct(context, values);
}
