import { chiSampler, chiSquaredSampler, type RandomStream } from "@onestep/core";

/** Draws of the triangular factor of a Wishart matrix. */
export interface BartlettSampler {
  /** m = min(rows, size): columns of the factor */
  readonly columns: number;
  /** Writes A into a zeroed block that begins at `offset`, `stride` entries a row. */
  draw(stream: RandomStream, into: Float64Array, offset: number, stride: number): void;
  /** χ²_{rows − m}: the squared length of what a vector of noise has outside the rows' span. */
  drawOutside(stream: RandomStream): number;
}

/**
 * AAᵀ ~ W_size(rows, I), also where it is singular: A is lower trapezoidal, `[size, min(rows, size)]`, with A_jj ~ χ_{rows−j}
 * and N(0, 1) below.
 *
 * Source: Bartlett, Proc. R. Soc. Edinburgh 53, 1934: the QR factors of a Gaussian matrix.
 */
export function bartlettSampler(rows: number, size: number): BartlettSampler {
  const columns = Math.min(rows, size);
  const diagonal = Array.from({ length: columns }, (_, j) => chiSampler(rows - j));
  const normals = new Float64Array(size);
  return {
    columns,
    draw(stream, into, offset, stride) {
      for (let i = 0; i < size; i++) {
        const below = Math.min(i, columns);
        stream.fillNormals(normals, 0, below);
        for (let j = 0; j < below; j++) into[offset + i * stride + j] = normals[j];
        if (i < columns) into[offset + i * stride + i] = diagonal[i](stream);
      }
    },
    drawOutside: chiSquaredSampler(rows - columns),
  };
}
