import { DomainError } from "../errors.ts";
import { zeros, type Matrix } from "../matrix/matrix.ts";
import { shuffle } from "./integer.ts";
import type { RandomStream } from "./stream.ts";

/**
 * A uniform point of the unit sphere: a normal vector over its length.
 *
 * @param into receives the point, from `offset` on; returned
 * @param dimension d ≥ 1; omitted, all that follows `offset`
 * @throws DomainError if there is no room for a point
 *
 * @example
 * const [x, y] = drawUnitVector(openStream(randomKey(0)), new Float64Array(2));
 * x * x + y * y; // ≈ 1
 */
export function drawUnitVector(
  stream: RandomStream,
  into: Float64Array,
  offset = 0,
  dimension: number = into.length - offset,
): Float64Array {
  if (!(dimension >= 1 && offset >= 0 && offset + dimension <= into.length)) {
    throw new DomainError({
      where: "drawUnitVector",
      expected: "room for at least one coordinate",
      arrived: `${dimension} coordinates at ${offset} of ${into.length}`,
      hint: "the unit sphere lies in dimension 1 or higher: pass new Float64Array(dimension)",
    });
  }
  let square = 0;
  while (square === 0) {
    stream.fillNormals(into, offset, dimension);
    for (let i = offset; i < offset + dimension; i++) square += into[i] * into[i];
  }
  const norm = Math.sqrt(square);
  for (let i = offset; i < offset + dimension; i++) into[i] = into[i] / norm;
  return into;
}

/**
 * A uniform (Haar) orthogonal matrix of O(d), `[d, d]`: multiplied by any fixed orthogonal matrix, from either side, it
 * has the same law.
 *
 * Grown from the last coordinate upwards: for v uniform on the sphere of dimension k and Q Haar on O(k−1),
 *
 * $$ H_v \begin{bmatrix} 1 & 0 \\ 0 & Q \end{bmatrix}, \qquad H_v e_1 = v, $$
 *
 * is Haar on O(k). H_v is a Householder reflection up to sign: −s(I − wwᵀ/w₁) with w = e₁ + sv and s the sign of v₁,
 * which never cancels.
 *
 * @param dimension d ≥ 1
 *
 * Source: Stewart, "The efficient generation of random orthogonal matrices", SIAM J. Numer. Anal. 17(3), 1980, section 3;
 * Diaconis & Shahshahani, "The subgroup algorithm for generating uniform random variables", 1987.
 *
 * @example
 * Math.abs(drawOrthogonal(openStream(randomKey(0)), 1).values[0]); // => 1
 */
export function drawOrthogonal(stream: RandomStream, dimension: number): Matrix {
  const result = zeros(dimension, dimension);
  const q = result.values;
  const column = new Float64Array(dimension);
  for (let corner = dimension - 1; corner >= 0; corner--) {
    const v = drawUnitVector(stream, column, corner);
    const sign = v[corner] < 0 ? -1 : 1;
    const head = 1 + sign * v[corner]; // w₁ = wᵀw/2
    for (let j = corner + 1; j < dimension; j++) {
      let along = 0; // s·wᵀ(0, Qⱼ)
      for (let i = corner + 1; i < dimension; i++) along += v[i] * q[i * dimension + j];
      q[corner * dimension + j] = along;
      for (let i = corner + 1; i < dimension; i++) {
        q[i * dimension + j] = sign * ((v[i] * along) / head - q[i * dimension + j]);
      }
    }
    for (let i = corner; i < dimension; i++) q[i * dimension + corner] = v[i];
  }
  return result;
}

/** The map x ↦ (sᵢ x_{π(i)})ᵢ. */
export interface SignedPermutation {
  /** π(0), …, π(d − 1) */
  readonly places: readonly number[];
  /** Each 1 or −1. */
  readonly signs: Float64Array;
}

/**
 * A uniform signed permutation of d coordinates.
 *
 * @param dimension d ≥ 1
 */
export function drawSignedPlaces(stream: RandomStream, dimension: number): SignedPermutation {
  const places = Array.from({ length: dimension }, (_, i) => i);
  shuffle(stream, places);
  const signs = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) signs[i] = stream.sign();
  return { places, signs };
}

/**
 * A uniform signed permutation matrix, `[d, d]`: one entry ±1 in each row and each column.
 *
 * @param dimension d ≥ 1
 */
export function drawSignedPermutation(stream: RandomStream, dimension: number): Matrix {
  const result = zeros(dimension, dimension);
  const { places, signs } = drawSignedPlaces(stream, dimension);
  for (const [i, j] of places.entries()) result.values[i * dimension + j] = signs[i];
  return result;
}
