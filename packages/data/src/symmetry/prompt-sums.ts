import type { Matrix, SignedPermutation } from "@onestep/core";
import type { PromptRows } from "./prompt-rows.ts";

/** What prompts add up to; symmetric matrices by their lower triangles, row by row. */
export interface PromptSums {
  /** Σ x xᵀ over all rows. */
  readonly covariance: Float64Array;
  /** Σ y² x xᵀ over all rows. */
  readonly energy: Float64Array;
  /** Σ (b bᵀ − Σ_i y_i² x_i x_iᵀ)/(n(n−1)) over contexts of two pairs or more. */
  readonly contextMoment: Float64Array;
  /** Σ b. */
  readonly b: Float64Array;
  /** Σ ‖b‖². */
  squaredB: number;
  /** Σ |x_j| over all coordinates of all rows. */
  sizes: number;
}

export function emptySums(d: number): PromptSums {
  const triangle = (): Float64Array => new Float64Array((d * (d + 1)) / 2);
  return {
    covariance: triangle(),
    energy: triangle(),
    contextMoment: triangle(),
    b: new Float64Array(d),
    squaredB: 0,
    sizes: 0,
  };
}

/** Adds prompt i after (X, x_q) → (XUᵀ, Ux_q) to `into`, and returns it. */
export function addMoved(prompts: PromptRows, i: number, { values: map }: Matrix, into: PromptSums): PromptSums {
  const { dimension: d, rows, contextRows, lengthOf, covariates, responses } = prompts;
  const { covariance, energy, contextMoment } = into;
  const n = lengthOf(i);
  const weight = n > 1 ? 1 / (n * (n - 1)) : 0; // a single pair has no product of two
  const [x, b] = [new Float64Array(d), new Float64Array(d)];
  let sizes = 0;
  for (let row = 0; row < rows; row++) {
    const from = (i * rows + row) * d;
    const y = responses[i * rows + row];
    const square = y * y;
    const inContext = row < contextRows;
    for (let j = 0, at = 0; j < d; j++) {
      let moved = 0;
      for (let k = 0; k < d; k++) moved += map[j * d + k] * covariates[from + k];
      x[j] = moved;
      sizes += Math.abs(moved);
      if (inContext) b[j] += y * moved;
      for (let k = 0; k <= j; k++, at++) {
        const product = moved * x[k];
        covariance[at] += product;
        energy[at] += square * product;
        if (inContext) contextMoment[at] -= weight * square * product;
      }
    }
  }
  into.sizes += sizes;
  for (let j = 0, at = 0; j < d; j++) {
    into.b[j] += b[j];
    into.squaredB += b[j] * b[j];
    for (let k = 0; k <= j; k++, at++) contextMoment[at] += weight * b[j] * b[k];
  }
  return into;
}

/** Adds the sums of a prompt after its coordinates have changed places and signs. */
export function addPermuted(own: PromptSums, { places, signs }: SignedPermutation, into: PromptSums): void {
  const d = places.length;
  for (let j = 0, at = 0; j < d; j++) {
    into.b[j] += signs[j] * own.b[places[j]];
    for (let k = 0; k <= j; k++, at++) {
      const high = Math.max(places[j], places[k]);
      const low = Math.min(places[j], places[k]);
      const from = (high * (high + 1)) / 2 + low;
      const sign = signs[j] * signs[k];
      into.covariance[at] += sign * own.covariance[from];
      into.energy[at] += sign * own.energy[from];
      into.contextMoment[at] += sign * own.contextMoment[from];
    }
  }
  into.squaredB += own.squaredB;
  into.sizes += own.sizes;
}
