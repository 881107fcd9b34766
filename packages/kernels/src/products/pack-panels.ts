/** A matrix that all prompts share, as its caller holds it. */
export interface SharedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]` row-major */
  readonly values: Float64Array;
}

/** Rows of a panel: kernels make products in tiles of 3 rows. */
export const PANEL_ROWS = 3;

/** Rows rounded up to whole panels. */
export function paddedRows(rows: number): number {
  return Math.ceil(rows / PANEL_ROWS) * PANEL_ROWS;
}

/**
 * Lays a matrix out for `multiply`: panels of 3 rows, the last one padded with zeros, and in each panel column by column.
 *
 * @param transposed whether to lay Sᵀ out in place of S
 * @param into at least `paddedRows(rows) * columns` numbers, of the matrix as it is laid out
 *
 * @example
 * const into = new Float64Array(6);
 * packPanels({ rows: 1, columns: 2, values: Float64Array.of(4, 5) }, false, into);
 * Array.from(into); // => [4, 0, 0, 5, 0, 0]
 */
export function packPanels(
  { rows, columns, values }: SharedMatrix,
  transposed: boolean,
  into: Float32Array | Float64Array,
): void {
  const [height, width] = transposed ? [columns, rows] : [rows, columns];
  const [row, column] = transposed ? [1, columns] : [columns, 1];
  const size = paddedRows(height) * width;
  into.fill(0, size - PANEL_ROWS * width, size);
  for (let i = 0; i < height; i++) {
    let from = i * row;
    let to = i * width - (i % PANEL_ROWS) * (width - 1);
    for (let j = 0; j < width; j++) {
      into[to] = values[from];
      from += column;
      to += PANEL_ROWS;
    }
  }
}
