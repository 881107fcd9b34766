import { Matrix as LibraryMatrix } from "ml-matrix";
import type { Matrix } from "./matrix.ts";

/** The bridge to ml-matrix, whose factorizations stand behind our names. */
export function toLibrary(matrix: Matrix): LibraryMatrix {
  const { rows, columns, values } = matrix;
  return new LibraryMatrix(
    Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns))),
  );
}

export function fromLibrary(matrix: LibraryMatrix): Matrix {
  return { rows: matrix.rows, columns: matrix.columns, values: Float64Array.from(matrix.to1DArray()) };
}
