import { dot, identity, matrix, multiplyVector, outer, scale, subtract, type Matrix } from "@onestep/core";
import { array, type Arbitrary } from "fast-check";

import { anyVector } from "./number.ts";

/** Any matrix `[rows, columns]` of entries in [−4, 4]: square or not, singular or not. */
export function anyMatrix(rows: number, columns: number): Arbitrary<Matrix> {
  return anyVector(rows * columns).map((values) => matrix(rows, columns, values));
}

/**
 * Any orthogonal matrix `[d, d]`: a product of d Householder reflections
 *
 * $$ Q = \prod_k \Bigl(I - \tfrac{2 v_k v_k^\top}{v_k^\top v_k}\Bigr) $$
 *
 * A zero vector reflects nothing, so that counterexamples shrink to the identity.
 */
export function anyOrthogonal(dimension: number): Arbitrary<Matrix> {
  return array(anyVector(dimension), { minLength: dimension, maxLength: dimension }).map((vectors) =>
    vectors.reduce(reflect, identity(dimension)),
  );
}

/** Q (I − 2vvᵀ/vᵀv) */
function reflect(basis: Matrix, v: Float64Array): Matrix {
  const squaredNorm = dot(v, v);
  return squaredNorm === 0 ? basis : subtract(basis, scale(outer(multiplyVector(basis, v), v), 2 / squaredNorm));
}
