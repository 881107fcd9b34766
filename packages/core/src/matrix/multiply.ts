import type { Matrix } from "./matrix.ts";
import { requireComposable, requireSameLength } from "./shapes.ts";

/**
 * The matrix product a·b·…, from left to right.
 *
 * @throws ShapeError if the inner sizes of neighbours differ
 *
 * @example
 * toRows(multiply(matrixFromRows([[1, 2]]), matrixFromRows([[3], [4]]))); // => [[11]]
 */
export function multiply(a: Matrix, b: Matrix, ...more: readonly Matrix[]): Matrix {
  let product = multiplyPair(a, b);
  for (const factor of more) product = multiplyPair(product, factor);
  return product;
}

/** Row i of the product gathers multiples of the rows of b, so that every array is walked in memory order. */
function multiplyPair(a: Matrix, b: Matrix): Matrix {
  requireComposable("multiply", a, b);
  const { rows, columns: inner } = a;
  const { columns } = b;
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const target = i * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a.values[i * inner + k];
      const source = k * columns;
      for (let j = 0; j < columns; j++) values[target + j] += factor * b.values[source + j];
    }
  }
  return { rows, columns, values };
}

/**
 * a·x, `[a.rows]`.
 *
 * @throws ShapeError if x does not have one entry per column
 *
 * @example
 * Array.from(multiplyVector(matrixFromRows([[1, 2], [3, 4]]), [1, 1])); // => [3, 7]
 */
export function multiplyVector(a: Matrix, x: ArrayLike<number>): Float64Array {
  requireComposable("multiplyVector", a, { rows: x.length, columns: 1 });
  const result = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) {
    let sum = 0;
    for (let j = 0; j < a.columns; j++) sum += a.values[i * a.columns + j] * x[j];
    result[i] = sum;
  }
  return result;
}

/**
 * ⟨x, y⟩.
 *
 * @throws ShapeError if the lengths differ
 *
 * @example
 * dot([1, 2], [3, 4]); // => 11
 */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requireSameLength("dot", x, y);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
