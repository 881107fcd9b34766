import { matrix, multiply, transpose, type LsaParameters, type Matrix } from "@onestep/core";
import { requireFiniteResult } from "../finite-result.ts";

/** The factored weights of a layer, as papers write them. */
export interface LsaWeights {
  /** W_K, `[d_k, d+1]` */
  readonly key: Matrix;
  /** W_Q, `[d_k, d+1]` */
  readonly query: Matrix;
  /** W_V, `[d_v, d+1]` */
  readonly value: Matrix;
  /** h, `[d_v]` */
  readonly head: Float64Array;
}

/**
 * Merges factored weights into the two parameters that the prediction depends on: M = W_Kᵀ W_Q and u = W_Vᵀ h.
 *
 * @throws ShapeError when the factors do not fit; DomainError for a head that is not finite; NumericalError where a
 * product overflows
 *
 * @example
 * const weights = { key: identity(2), query: diagonal([3, 0]), value: identity(2), head: Float64Array.of(0, 1) };
 * toRows(mergeWeights(weights).keyQuery); // => [[3, 0], [0, 0]]
 */
export function mergeWeights(weights: LsaWeights): LsaParameters<Matrix> {
  matrix(weights.head.length, 1, weights.head);
  const merged = mergedParameters(weights);
  for (const { values } of [merged.keyQuery, merged.valueProjection]) requireFiniteResult("mergeWeights", values);
  return merged;
}

/** `mergeWeights` of weights whose products training may have made infinite. */
export function mergedParameters(weights: LsaWeights): LsaParameters<Matrix> {
  const head = { rows: weights.head.length, columns: 1, values: weights.head };
  return {
    keyQuery: multiply(transpose(weights.key), weights.query),
    valueProjection: multiply(transpose(weights.value), head),
  };
}
