/**
 * The triangle R of the QR factors of a tall matrix whose rows come one after another: RᵀR = TᵀT, to the rounding of T
 * itself and not of its square.
 */
export interface RowTriangle {
  /** R, `[width, width]`, row-major; with fewer rows than columns, the rows after them are zero */
  readonly values: Float64Array;
  clear(): void;
  /** Takes in a row, which is overwritten. */
  push(row: Float64Array): void;
}

/** An empty triangle. */
export function rowTriangle(width: number): RowTriangle {
  const values = new Float64Array(width * width);
  return {
    values,
    clear: () => void values.fill(0),
    push(row) {
      for (let j = 0; j < width; j++) {
        if (row[j] === 0) continue;
        // The Givens rotation that moves entry j of the row onto the diagonal.
        const diagonal = values[j * width + j];
        const length = Math.sqrt(diagonal * diagonal + row[j] * row[j]);
        const [cosine, sine] = [diagonal / length, row[j] / length];
        for (let k = j; k < width; k++) {
          const [above, own] = [values[j * width + k], row[k]];
          values[j * width + k] = cosine * above + sine * own;
          row[k] = cosine * own - sine * above;
        }
      }
    },
  };
}
