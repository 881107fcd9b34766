import { DomainError, ShapeError } from "../errors.ts";

/** A dense real matrix. Entry (i, j) is `values[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, `[rows · columns]`. */
  readonly values: Float64Array;
}

/**
 * The gate for matrices from outside: sizes agree and every entry is finite.
 *
 * @param values row-major; a `Float64Array` is adopted without a copy, omitted means all zero
 * @throws ShapeError if there are not rows × columns values
 * @throws DomainError for an entry that is not finite
 *
 * @example
 * toRows(matrix(2, 2, [1, 2, 3, 4])); // => [[1, 2], [3, 4]]
 */
export function matrix(rows: number, columns: number, values?: Float64Array | readonly number[]): Matrix {
  if (values === undefined) return zeros(rows, columns);
  requireSize("matrix", "rows", rows);
  requireSize("matrix", "columns", columns);
  if (values.length !== rows * columns) {
    throw new ShapeError({
      where: "matrix",
      expected: `${rows * columns} values for a ${rows}×${columns} matrix`,
      arrived: `${values.length} values`,
      hint: "list the entries row by row",
    });
  }
  return requireFinite("matrix", {
    rows,
    columns,
    values: values instanceof Float64Array ? values : Float64Array.from(values),
  });
}

/**
 * The matrix with these rows.
 *
 * @throws ShapeError if there are no rows or they differ in length
 * @throws DomainError for an entry that is not finite
 *
 * @example
 * matrixFromRows([[1, 2, 3], [4, 5, 6]]).columns; // => 3
 */
export function matrixFromRows(rows: readonly (readonly number[])[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  requireSize("matrixFromRows", "rows", rows.length);
  requireSize("matrixFromRows", "columns", columns);
  const ragged = rows.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new ShapeError({
      where: "matrixFromRows",
      expected: `${columns} entries in every row, as in row 0`,
      arrived: `${rows[ragged].length} entries in row ${ragged}`,
      hint: "give all rows the same length",
    });
  }
  return requireFinite("matrixFromRows", { rows: rows.length, columns, values: Float64Array.from(rows.flat()) });
}

/**
 * The rows as plain arrays, as JSON wants them.
 *
 * @example
 * toRows(identity(2)); // => [[1, 0], [0, 1]]
 */
export function toRows(matrix: Matrix): number[][] {
  const { rows, columns, values } = matrix;
  return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
}

/**
 * The matrix of zeros.
 *
 * @throws DomainError unless both sizes are whole numbers, at least 1
 *
 * @example
 * toRows(zeros(1, 2)); // => [[0, 0]]
 */
export function zeros(rows: number, columns: number): Matrix {
  requireSize("zeros", "rows", rows);
  requireSize("zeros", "columns", columns);
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/**
 * I, `[dimension, dimension]`
 *
 * @throws DomainError unless the dimension is a whole number, at least 1
 *
 * @example
 * toRows(identity(2)); // => [[1, 0], [0, 1]]
 */
export function identity(dimension: number): Matrix {
  const result = zeros(dimension, dimension);
  for (let i = 0; i < dimension; i++) result.values[i * (dimension + 1)] = 1;
  return result;
}

/**
 * The square matrix with these diagonal entries and zeros elsewhere.
 *
 * @example
 * toRows(diagonal([2, 3])); // => [[2, 0], [0, 3]]
 */
export function diagonal(values: ArrayLike<number>): Matrix {
  const result = zeros(values.length, values.length);
  for (let i = 0; i < values.length; i++) result.values[i * (values.length + 1)] = values[i]!;
  return requireFinite("diagonal", result);
}

function requireSize(where: string, what: string, size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new DomainError({
    where,
    expected: `a whole number of ${what}, at least 1`,
    arrived: String(size),
    hint: "a matrix has at least one row and one column",
  });
}

/** Returns the matrix itself, or throws a DomainError that names its first entry that is NaN or infinite. */
export function requireFinite(where: string, matrix: Matrix): Matrix {
  const at = matrix.values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return matrix;
  throw new DomainError({
    where,
    expected: "finite entries",
    arrived: `${matrix.values[at]} at (${Math.floor(at / matrix.columns)}, ${at % matrix.columns})`,
    hint: "look for a division by zero or a missing value in what filled this matrix",
  });
}
