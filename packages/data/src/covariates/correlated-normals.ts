import type { Covariance } from "@onestep/core";
import { affineMap } from "@onestep/kernels";
import { drawFromNormals, type DrawFromNormals, type FromNormals } from "../define/from-normals.ts";

/** Draws rows of N(0, Σ). */
export function correlatedNormals(covariance: Covariance): DrawFromNormals {
  return drawFromNormals(covariance.dimension, correlation(covariance));
}

/** z ↦ x = Lz, for Σ = LLᵀ. */
export function correlation({ factor }: Covariance): FromNormals {
  return affineMap(factor);
}

/** Whether a matrix `[dimension, dimension]` is a number times I. */
export function isScaledIdentity(values: Float64Array, dimension: number): boolean {
  return values.every((value, at) => value === (at % (dimension + 1) === 0 ? values[0] : 0));
}
