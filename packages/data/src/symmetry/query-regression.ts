import { diagonal, dot, multiply, pseudoInverse, zeros, type Matrix } from "@onestep/core";

/** Queries, whose responses are to be predicted from their covariates and features F of their context by x_qᵀ V F. */
export interface QueryRegression {
  /** Queries that share a context. */
  readonly queries: number;
  /** `[prompts, queries, d]` */
  readonly queryCovariates: Float64Array;
  readonly dimension: number;
  /** `[prompts, width]` */
  readonly features: Float64Array;
  readonly width: number;
}

/** Conjugate gradients stop at a relative residual of 10⁻⁶, far below what any number of prompts can tell. */
const SQUARED_TOLERANCE = 1e-12;
const MOST_STEPS = 60;
/** With fewer queries than coefficients they converge slowly, to a fit that is useless in any case. */
const MOST_STEPS_OF_FEW = 15;
/** Features that vary by less than this share depend on the others, as the diagonal of S does for fair signs. */
const DEPENDENT = 1e-10;

/**
 * The least-squares V, `[d, width]`, over the chosen prompts.
 *
 * $$ \min_V \sum_{p, q} (y_{pq} - x_{pq}^\top V F_p)^2 $$
 *
 * Its normal equations, as many as x_q ⊗ F has entries, are solved by conjugate gradients without ever being formed. The
 * preconditioner is the inverse of E[x_q x_qᵀ] ⊗ E[F Fᵀ], which is their matrix where the query is independent of the
 * context; then a few steps are enough. Where V is not unique, it has no part outside the features' span.
 *
 * @param responses y, `[prompts, queries]`
 * @param chosen prompts
 *
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., section 11.5.
 */
export function fitQueries(regression: QueryRegression, responses: Float64Array, chosen: readonly number[]): Matrix {
  const { dimension, width } = regression;
  const precondition = kroneckerInverse(regression, chosen);
  const solution = zeros(dimension, width);
  const residual = { ...solution, values: againstFeatures(regression, responses, chosen) };
  let direction = precondition(residual);
  let size = dot(residual.values, direction.values);
  const enough = SQUARED_TOLERANCE * size;
  const most = chosen.length * regression.queries < dimension * width ? MOST_STEPS_OF_FEW : MOST_STEPS;
  for (let step = 0; step < most && size > enough; step++) {
    const image = againstFeatures(regression, predictQueries(regression, direction, chosen), chosen);
    const along = size / dot(direction.values, image);
    for (let at = 0; at < image.length; at++) {
      solution.values[at] += along * direction.values[at];
      residual.values[at] -= along * image[at];
    }
    const next = precondition(residual);
    const nextSize = dot(residual.values, next.values);
    const keep = nextSize / size;
    direction = { ...next, values: next.values.map((value, at) => value + keep * direction.values[at]) };
    size = nextSize;
  }
  return solution;
}

/** x_qᵀ V F for all queries of the chosen prompts, at their places in `[prompts, queries]`; 0 at the others. */
export function predictQueries(regression: QueryRegression, v: Matrix, chosen: readonly number[]): Float64Array {
  const { queries, queryCovariates, dimension, features, width } = regression;
  const predictions = new Float64Array(queryCovariates.length / dimension);
  for (const prompt of chosen) {
    for (let j = 0; j < dimension; j++) {
      const sum = dotAt(v.values, j * width, features, prompt * width, width);
      for (let query = prompt * queries; query < (prompt + 1) * queries; query++) {
        predictions[query] += queryCovariates[query * dimension + j] * sum;
      }
    }
  }
  return predictions;
}

/** The inner product of `count` entries, in two sums that a processor can add at the same time. */
function dotAt(a: Float64Array, from: number, b: Float64Array, at: number, count: number): number {
  let [even, odd] = [0, 0];
  for (let k = 1; k < count; k += 2) {
    even += a[from + k - 1] * b[at + k - 1];
    odd += a[from + k] * b[at + k];
  }
  return even + odd + (count % 2 === 1 ? a[from + count - 1] * b[at + count - 1] : 0);
}

/** Σ r x_q Fᵀ over the queries of the chosen prompts, the transpose of `predictQueries`. */
function againstFeatures(regression: QueryRegression, r: Float64Array, chosen: readonly number[]): Float64Array {
  const { queries, queryCovariates, dimension, features, width } = regression;
  const sum = new Float64Array(dimension * width);
  for (const prompt of chosen) {
    for (let j = 0; j < dimension; j++) {
      let weight = 0;
      for (let query = prompt * queries; query < (prompt + 1) * queries; query++) {
        weight += r[query] * queryCovariates[query * dimension + j];
      }
      for (let k = 0; k < width; k++) sum[j * width + k] += weight * features[prompt * width + k];
    }
  }
  return sum;
}

/** R ↦ (Σ x_q x_qᵀ)⁺ R (Σ F Fᵀ)⁺ */
function kroneckerInverse(regression: QueryRegression, chosen: readonly number[]): (residual: Matrix) => Matrix {
  const { queries, queryCovariates, dimension, features, width } = regression;
  const [left, right] = [zeros(dimension, dimension), zeros(width, width)];
  for (const prompt of chosen) {
    addSquare(right, features, prompt * width);
    for (let query = prompt * queries; query < (prompt + 1) * queries; query++) {
      addSquare(left, queryCovariates, query * dimension);
    }
  }
  const [leftInverse, rightInverse] = [inverseOnSupport(mirrored(left)), inverseOnSupport(mirrored(right))];
  return (residual) => multiply(leftInverse, residual, rightInverse);
}

/** The inverse of a second moment on its support, which is judged where all diagonal entries are 1. */
export function inverseOnSupport(moment: Matrix): Matrix {
  const { rows, values } = moment;
  const units = diagonal(Array.from({ length: rows }, (_, j) => 1 / (Math.sqrt(values[j * (rows + 1)]) || 1)));
  return multiply(units, pseudoInverse(multiply(units, moment, units), DEPENDENT), units);
}

/** Adds v vᵀ, below the diagonal and on it. */
function addSquare({ rows: size, values }: Matrix, of: Float64Array, offset: number): void {
  for (let j = 0; j < size; j++) {
    for (let k = 0; k <= j; k++) values[j * size + k] += of[offset + j] * of[offset + k];
  }
}

/** A symmetric matrix of which only the lower triangle was filled. */
function mirrored(lower: Matrix): Matrix {
  const { rows: size, values } = lower;
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) values[k * size + j] = values[j * size + k];
  }
  return lower;
}
