import type { Covariance } from "@onestep/core";
import type { TargetIndices } from "../define/define-target.ts";

/**
 * Rows seen from a target's directions. For x = Lg with g ~ N(0, I), the projections ⟨w_j, x⟩ = ⟨Lᵀw_j, g⟩ depend on m
 * coordinates of Hg alone, for an orthogonal H that makes H(Lᵀw₁, …, Lᵀw_m) upper triangular.
 */
export interface IndexFrame {
  /** Writes ⟨w_j, x⟩ of a row whose first m coordinates of Hg are given. */
  readonly project: (coordinates: Float64Array, into: Float64Array) => void;
  /** V ← HᵀV for a matrix of `columns` columns and `stride` entries a row. */
  turnBack(values: Float64Array, columns: number, stride: number): void;
}

/** Householder reflections H = H_m … H₁, each I − 2hhᵀ. */
export function indexFrame({ count, directions }: TargetIndices, { dimension: d, factor }: Covariance): IndexFrame {
  const reflectors = new Float64Array(count * d);
  // Row j: H Lᵀ w_j, of which only the first j + 1 entries survive.
  const seen = new Float64Array(count * d);
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let k = i; k < d; k++) sum += factor.values[k * d + i] * directions[j * d + k];
      seen[j * d + i] = sum;
    }
  }
  for (let j = 0; j < count; j++) {
    for (let before = 0; before < j; before++) reflect(reflectors, before * d, seen, j * d, 1, d);
    findReflector(seen, j, reflectors, d);
    reflect(reflectors, j * d, seen, j * d, 1, d);
    seen.fill(0, j * d + j + 1, (j + 1) * d);
  }
  return {
    project(coordinates, into) {
      for (let j = 0; j < count; j++) {
        let sum = 0;
        for (let i = 0; i <= j; i++) sum += seen[j * d + i] * coordinates[i];
        into[j] = sum;
      }
    },
    turnBack(values, columns, stride) {
      for (let column = 0; column < columns; column++) {
        for (let j = count - 1; j >= 0; j--) reflect(reflectors, j * d, values, column, stride, d);
      }
    },
  };
}

/** The unit vector h, zero above entry j, for which I − 2hhᵀ clears row j of `seen` after its entry j. */
function findReflector(seen: Float64Array, j: number, reflectors: Float64Array, d: number): void {
  const at = j * d;
  let square = 0;
  for (let i = j; i < d; i++) square += seen[at + i] * seen[at + i];
  if (square === 0) return;
  const length = Math.sqrt(square);
  for (let i = j; i < d; i++) reflectors[at + i] = seen[at + i] / length;
  reflectors[at + j] += seen[at + j] < 0 ? -1 : 1; // away from cancellation
  const scale = 1 / Math.sqrt(2 * Math.abs(reflectors[at + j]));
  for (let i = j; i < d; i++) reflectors[at + i] = reflectors[at + i] * scale;
}

/** x ← (I − 2hhᵀ)x, for h at `hAt` and the x that begins at `at` in steps of `stride`. */
function reflect(h: Float64Array, hAt: number, x: Float64Array, at: number, stride: number, d: number): void {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += h[hAt + i] * x[at + i * stride];
  for (let i = 0; i < d; i++) x[at + i * stride] -= 2 * sum * h[hAt + i];
}
