/** Rows in a row-major array, with the place of each row's response. */
export interface RowRange {
  readonly covariates: Float64Array;
  /** Where the noise of each row stands, and its response is written. */
  readonly responses: Float64Array;
  /** Rows `first`, …, `first` + `count` − 1. */
  readonly first: number;
  readonly count: number;
}

/**
 * yᵢ ← ⟨w, xᵢ⟩ + σyᵢ for rows in place. Every sum runs in the order of its terms, as elsewhere; four of them at a time,
 * since one alone would wait for each addition.
 *
 * @param weights w, `[d]`
 */
export function addLinearValues(
  { covariates, responses, first, count }: RowRange,
  weights: Float64Array,
  deviation: number,
): void {
  const dimension = weights.length;
  const last = first + count;
  let row = first;
  for (; row + 4 <= last; row += 4) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    const row0 = row * dimension;
    const row1 = row0 + dimension;
    const row2 = row1 + dimension;
    const row3 = row2 + dimension;
    for (let i = 0; i < dimension; i++) {
      const weight = weights[i];
      sum0 += weight * covariates[row0 + i];
      sum1 += weight * covariates[row1 + i];
      sum2 += weight * covariates[row2 + i];
      sum3 += weight * covariates[row3 + i];
    }
    responses[row] = sum0 + deviation * responses[row];
    responses[row + 1] = sum1 + deviation * responses[row + 1];
    responses[row + 2] = sum2 + deviation * responses[row + 2];
    responses[row + 3] = sum3 + deviation * responses[row + 3];
  }
  for (; row < last; row++) {
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += weights[i] * covariates[row * dimension + i];
    responses[row] = sum + deviation * responses[row];
  }
}
