import type { Covariance } from "@onestep/core";
import { drawFromNormals, type DrawFromNormals, type FromNormals } from "../define/from-normals.ts";

/** Draws rows of N(0, Σ). */
export function correlatedNormals(covariance: Covariance): DrawFromNormals {
  return drawFromNormals(covariance.dimension, correlation(covariance));
}

/**
 * z ↦ x = Lz, for Σ = LLᵀ. Coordinate i uses z₀ … zᵢ alone, so that each row is transformed in place from its last
 * coordinate to its first.
 */
export function correlation({ dimension, factor }: Covariance): FromNormals {
  const lower = factor.values;
  if (isScaledIdentity(lower, dimension)) {
    const deviation = lower[0];
    return (into, offset, count) => {
      if (deviation === 1) return;
      for (let at = offset; at < offset + count * dimension; at++) into[at] = deviation * into[at];
    };
  }
  return (into, offset, count) => {
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
