import type { Matrix } from "@onestep/core";

/** Turns `count` · d draws of N(0, 1), in place from `offset` on, into `count` rows of one prompt, or task vectors. */
export interface NormalMap {
  (normals: Float64Array, offset: number, count: number): void;
  /** What the map is, where it is affine and the same for every vector: all that a kernel needs. */
  readonly affine?: Affine | undefined;
}

/** z ↦ x = μ + Lz in d dimensions */
export interface Affine {
  readonly dimension: number;
  /** L: nothing for I, its diagonal where that is all, otherwise L itself, lower triangular and row-major. */
  readonly factor: { readonly kind: "identity" | "diagonal" | "lower"; readonly values: Float64Array };
  /** Absent where μ = 0. */
  readonly mean: Float64Array | undefined;
}

/**
 * z ↦ x = μ + Lz with L lower triangular. Every sum runs in the order of its terms.
 *
 * @param factor L, `[d, d]`
 * @param mean μ, `[d]`; omitted means 0
 *
 * @example
 * const x = Float64Array.of(1, 2);
 * affineMap(matrixFromRows([[2, 0], [1, 3]]))(x, 0, 1);
 * [...x]; // => [2, 7]
 */
export function affineMap(factor: Matrix, mean?: Float64Array): NormalMap & { readonly affine: Affine } {
  const affine = {
    dimension: factor.rows,
    factor: factorOf(factor),
    mean: mean?.some((entry) => entry !== 0) ? mean : undefined,
  };
  return Object.assign(
    (normals: Float64Array, offset: number, count: number) => apply(affine, normals, offset, count),
    {
      affine,
    },
  );
}

function factorOf({ rows: d, values }: Matrix): Affine["factor"] {
  if (!values.every((value, at) => value === 0 || at % (d + 1) === 0)) return { kind: "lower", values };
  const diagonal = Float64Array.from({ length: d }, (_, i) => values[i * (d + 1)]);
  if (diagonal.every((value) => value === 1)) return { kind: "identity", values: new Float64Array(0) };
  return { kind: "diagonal", values: diagonal };
}

function apply({ dimension, factor, mean }: Affine, into: Float64Array, offset: number, count: number): void {
  const end = offset + count * dimension;
  if (factor.kind === "lower") {
    for (let row = offset; row < end; row += dimension) multiplyRow(factor.values, dimension, into, row);
  } else if (factor.kind === "diagonal") {
    for (let row = offset; row < end; row += dimension) {
      for (let i = 0; i < dimension; i++) into[row + i] *= factor.values[i];
    }
  }
  if (mean === undefined) return;
  for (let row = offset; row < end; row += dimension) {
    for (let i = 0; i < dimension; i++) into[row + i] += mean[i];
  }
}

/**
 * z ↦ Lz in place. Coordinate i uses z₀ … zᵢ alone, so the last ones are overwritten first: four at a time, since one sum
 * alone would wait for each addition.
 */
function multiplyRow(lower: Float64Array, dimension: number, into: Float64Array, row: number): void {
  let i = dimension;
  for (; i >= 4; i -= 4) {
    const row3 = (i - 1) * dimension;
    const row2 = row3 - dimension;
    const row1 = row2 - dimension;
    const row0 = row1 - dimension;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let j = 0; j <= i - 4; j++) {
      const z = into[row + j];
      sum0 += lower[row0 + j] * z;
      sum1 += lower[row1 + j] * z;
      sum2 += lower[row2 + j] * z;
      sum3 += lower[row3 + j] * z;
    }
    const z1 = into[row + i - 3];
    const z2 = into[row + i - 2];
    const z3 = into[row + i - 1];
    into[row + i - 4] = sum0;
    into[row + i - 3] = sum1 + lower[row1 + i - 3] * z1;
    into[row + i - 2] = sum2 + lower[row2 + i - 3] * z1 + lower[row2 + i - 2] * z2;
    into[row + i - 1] = sum3 + lower[row3 + i - 3] * z1 + lower[row3 + i - 2] * z2 + lower[row3 + i - 1] * z3;
  }
  while (i-- > 0) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += lower[i * dimension + j] * into[row + j];
    into[row + i] = sum;
  }
}
