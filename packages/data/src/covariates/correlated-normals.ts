import type { Covariance } from "@onestep/core";
import type { DrawRows } from "../define/define-covariates.ts";

/**
 * Draws rows of N(0, Σ) as x = Lz with Σ = LLᵀ. Coordinate i uses z₀ … zᵢ alone, so that each row is transformed in
 * place from its last coordinate to its first.
 */
export function correlatedNormals({ dimension, factor }: Covariance): DrawRows {
  const lower = factor.values;
  if (isScaledIdentity(lower, dimension)) {
    const deviation = lower[0];
    return (stream, count, into, offset) => {
      stream.fillNormals(into, offset, count * dimension);
      if (deviation === 1) return;
      for (let at = offset; at < offset + count * dimension; at++) into[at] = deviation * into[at];
    };
  }
  return (stream, count, into, offset) => {
    stream.fillNormals(into, offset, count * dimension);
    for (let row = offset; row < offset + count * dimension; row += dimension) {
      for (let i = dimension - 1; i >= 0; i--) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += lower[i * dimension + j] * into[row + j];
        into[row + i] = sum;
      }
    }
  };
}

/** Whether a matrix `[dimension, dimension]` is a number times I. */
export function isScaledIdentity(values: Float64Array, dimension: number): boolean {
  return values.every((value, at) => value === (at % (dimension + 1) === 0 ? values[0] : 0));
}
