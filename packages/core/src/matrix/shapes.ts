import { NumericalError, ShapeError } from "../errors.ts";
import type { Matrix } from "./matrix.ts";

/** `"2×3"` */
export function describeSize(matrix: Matrix): string {
  return `${matrix.rows}×${matrix.columns}`;
}

export function requireSquare(where: string, matrix: Matrix): void {
  if (matrix.rows === matrix.columns) return;
  throw new ShapeError({
    where,
    expected: "a square matrix",
    arrived: describeSize(matrix),
    hint: "check whether a transpose or a product is missing",
  });
}

export function requireSameSize(where: string, a: Matrix, b: Matrix): void {
  if (a.rows === b.rows && a.columns === b.columns) return;
  throw new ShapeError({
    where,
    expected: "two matrices of one size",
    arrived: `${describeSize(a)} and ${describeSize(b)}`,
    hint: "check whether one of them should be transposed",
  });
}

/** The inner sizes of a product `left · right` agree. */
export function requireComposable(
  where: string,
  left: Matrix,
  right: { readonly rows: number; readonly columns: number },
): void {
  if (left.columns === right.rows) return;
  throw new ShapeError({
    where,
    expected: `a right factor with ${left.columns} rows, to follow a ${describeSize(left)} matrix`,
    arrived: `${right.rows}×${right.columns}`,
    hint: "check the order of the factors and their transposes",
  });
}

/** Two vectors of one length. */
export function requireSameLength(where: string, x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length === y.length) return;
  throw new ShapeError({
    where,
    expected: "two vectors of one length",
    arrived: `${x.length} and ${y.length} entries`,
    hint: "check which dimension each of them lives in",
  });
}

/**
 * Symmetric up to rounding. The entries of a symmetric product of a few d×d matrices differ from their mirror images
 * by a few d·u·max|a|; sixteen times that is still 13 digits for d = 10.
 */
export function requireSymmetric(where: string, matrix: Matrix): void {
  requireSquare(where, matrix);
  const { rows, values } = matrix;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const tolerance = 16 * rows * 2 ** -53 * largest;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const lower = values[i * rows + j];
      const upper = values[j * rows + i];
      if (Math.abs(lower - upper) <= tolerance) continue;
      throw new NumericalError({
        where,
        expected: "a symmetric matrix",
        arrived: `${lower} at (${i}, ${j}) and ${upper} at (${j}, ${i})`,
        hint: "if the difference is noise, pass symmetricPart(matrix); otherwise check how the matrix was built",
      });
    }
  }
}
