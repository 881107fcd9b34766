/**
 * A context up to a rotation of its rows, which changes none of its sums: Xᵀ = FQ and y = Qᵀv + y⊥ with QQᵀ = I and
 * Qy⊥ = 0, so that
 *
 * $$ S = X^\top X = F F^\top, \qquad b = X^\top y = F v, \qquad c = y^\top y = \lVert v \rVert^2 + \lVert y_\perp \rVert^2 $$
 *
 * whatever the number of rows. Arrays are reused from prompt to prompt.
 */
export interface ContextFactor {
  /** Columns of F in use, at most d + 1 */
  columns: number;
  /** Whether F is zero above its diagonal. */
  triangular: boolean;
  /** F, row-major with `stride` entries a row, `[d, stride]` */
  readonly values: Float64Array;
  readonly stride: number;
  /** v, `[columns]` */
  readonly coordinates: Float64Array;
  /** ‖y⊥‖² */
  residual: number;
}

/** Room for the factors of contexts in R^d: one column more than rows, for the response's own direction. */
export function contextFactor(dimension: number): ContextFactor {
  const stride = dimension + 1;
  return {
    columns: 0,
    triangular: false,
    values: new Float64Array(dimension * stride),
    stride,
    coordinates: new Float64Array(stride),
    residual: 0,
  };
}

/** Where the sums of contexts are written; an empty `covariateGram` is left empty. */
export interface ContextSums {
  /** S, lower triangle row by row, `[count, d(d+1)/2]` */
  readonly covariateGram: Float64Array;
  /** `[count, d]` */
  readonly crossProduct: Float64Array;
  /** `[count]` */
  readonly responseEnergy: Float64Array;
}

/** Writes S = FFᵀ, b = Fv and c = ‖v‖² + ‖y⊥‖² into place i. */
export function writeSums(factor: ContextFactor, dimension: number, into: ContextSums, i: number): void {
  const { values, stride, columns, triangular, coordinates, residual } = factor;
  for (let row = 0; row < dimension; row++) {
    into.crossProduct[i * dimension + row] = rowProduct(values, row * stride, coordinates, 0, columns);
  }
  into.responseEnergy[i] = rowProduct(coordinates, 0, coordinates, 0, columns) + residual;
  if (into.covariateGram.length === 0) return;
  let at = (i * dimension * (dimension + 1)) / 2;
  for (let row = 0; row < dimension; row++) {
    for (let column = 0; column <= row; column++) {
      const terms = triangular ? Math.min(column + 1, columns) : columns;
      into.covariateGram[at++] = rowProduct(values, row * stride, values, column * stride, terms);
    }
  }
}

/** F ← LF for a lower triangular L, in place from the last row to the first; zeros of L, as in a diagonal one, are free. */
export function multiplyLower(lower: Float64Array, factor: ContextFactor, dimension: number): void {
  const { values, stride, columns } = factor;
  const sums = new Float64Array(columns);
  for (let row = dimension - 1; row >= 0; row--) {
    sums.fill(0);
    for (let j = 0; j <= row; j++) {
      const weight = lower[row * dimension + j];
      if (weight === 0) continue;
      for (let column = 0; column < columns; column++) sums[column] += weight * values[j * stride + column];
    }
    values.set(sums, row * stride);
  }
}

function rowProduct(x: Float64Array, xAt: number, y: Float64Array, yAt: number, count: number): number {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += x[xAt + j] * y[yAt + j];
  return sum;
}
