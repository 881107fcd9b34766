import type { Matrix } from "./matrix.ts";
import { requireComposable, requireSameSize, requireSquare } from "./shapes.ts";

/**
 * a + b, entry by entry.
 *
 * @throws ShapeError unless both have one size
 *
 * @example
 * toRows(add(matrixFromRows([[1, 2]]), matrixFromRows([[3, 4]]))); // => [[4, 6]]
 */
export function add(a: Matrix, b: Matrix): Matrix {
  requireSameSize("add", a, b);
  return { rows: a.rows, columns: a.columns, values: a.values.map((value, at) => value + b.values[at]) };
}

/**
 * a − b, entry by entry.
 *
 * @throws ShapeError unless both have one size
 *
 * @example
 * toRows(subtract(matrixFromRows([[3, 4]]), matrixFromRows([[1, 2]]))); // => [[2, 2]]
 */
export function subtract(a: Matrix, b: Matrix): Matrix {
  requireSameSize("subtract", a, b);
  return { rows: a.rows, columns: a.columns, values: a.values.map((value, at) => value - b.values[at]) };
}

/**
 * `factor` times a.
 *
 * @example
 * toRows(scale(matrixFromRows([[1, 2]]), 3)); // => [[3, 6]]
 */
export function scale(a: Matrix, factor: number): Matrix {
  return { rows: a.rows, columns: a.columns, values: a.values.map((value) => value * factor) };
}

/**
 * aᵀ, `[a.columns, a.rows]`
 *
 * @example
 * toRows(transpose(matrixFromRows([[1, 2]]))); // => [[1], [2]]
 */
export function transpose(a: Matrix): Matrix {
  const { rows, columns, values } = a;
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]!;
  }
  return { rows: columns, columns: rows, values: result };
}

/**
 * x yᵀ, `[x.length, y.length]`
 *
 * @example
 * toRows(outer([1, 2], [3, 4])); // => [[3, 4], [6, 8]]
 */
export function outer(x: ArrayLike<number>, y: ArrayLike<number>): Matrix {
  const values = new Float64Array(x.length * y.length);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < y.length; j++) values[i * y.length + j] = x[i] * y[j];
  }
  return { rows: x.length, columns: y.length, values };
}

/**
 * tr a.
 *
 * @throws ShapeError unless square
 *
 * @example
 * trace(diagonal([1, 2])); // => 3
 */
export function trace(a: Matrix): number {
  requireSquare("trace", a);
  let sum = 0;
  for (let i = 0; i < a.rows; i++) sum += a.values[i * (a.columns + 1)];
  return sum;
}

/**
 * tr(a b), without forming the product.
 *
 * @example
 * traceOfProduct(matrixFromRows([[1, 2]]), matrixFromRows([[3], [4]])); // => 11
 */
export function traceOfProduct(a: Matrix, b: Matrix): number {
  requireComposable("traceOfProduct", a, b);
  requireSquare("traceOfProduct", { rows: a.rows, columns: b.columns, values: a.values });
  let sum = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) sum += a.values[i * a.columns + j] * b.values[j * b.columns + i];
  }
  return sum;
}

/**
 * √Σ aᵢⱼ², scaled so that the squares neither overflow nor vanish.
 *
 * @example
 * frobeniusNorm(matrixFromRows([[3e200, 4e200]])); // ≈ 5e200
 */
export function frobeniusNorm(a: Matrix): number {
  const largest = maxAbs(a);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of a.values) sum += (value / largest) * (value / largest);
  return largest * Math.sqrt(sum);
}

/**
 * (a + aᵀ)/2, symmetric to the last bit.
 *
 * @throws ShapeError unless square
 *
 * @example
 * toRows(symmetricPart(matrixFromRows([[1, 4], [0, 2]]))); // => [[1, 2], [2, 2]]
 */
export function symmetricPart(a: Matrix): Matrix {
  requireSquare("symmetricPart", a);
  const mirrored = transpose(a).values;
  return { rows: a.rows, columns: a.columns, values: a.values.map((value, at) => value / 2 + mirrored[at] / 2) };
}

/**
 * max |aᵢⱼ|
 *
 * @example
 * maxAbs(matrixFromRows([[1, -3]])); // => 3
 */
export function maxAbs(a: Matrix): number {
  let largest = 0;
  for (const value of a.values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
