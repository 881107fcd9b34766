import { matrix, type Matrix } from "@onestep/core";
import type { PromptRows } from "./prompt-rows.ts";

/** Symmetric matrices of each prompt, lower triangles row by row, `[count, d(d+1)/2]`. */
export interface ContextMatrices {
  /** d(d+1)/2 */
  readonly width: number;
  /** Mean of x xᵀ over the context: unbiased for Σ. */
  readonly covariance: Float64Array;
  /** Mean of y² x xᵀ: unbiased for E₂. */
  readonly energy: Float64Array;
  /** Mean of y y′ x x′ᵀ over ordered pairs of different rows: unbiased for C = E ββᵀ; zero for a single row. */
  readonly contextMoment: Float64Array;
}

/** Rows of prompts, of which the first `lengthOf` of each are read. */
export type ContextRows = Pick<PromptRows, "count" | "dimension" | "rows" | "lengthOf" | "covariates" | "responses">;

/**
 * What each context says of the moments that decide the form of the best step. C is a U-statistic,
 *
 * $$ \hat C = \frac{b b^\top - \sum_i y_i^2 x_i x_i^\top}{n(n-1)}, \qquad b = \sum_i y_i x_i $$
 */
export function contextMatrices(context: ContextRows): ContextMatrices {
  const { count, dimension: d, rows, lengthOf, covariates, responses } = context;
  const width = (d * (d + 1)) / 2;
  const packed = (): Float64Array => new Float64Array(count * width);
  const [covariance, energy, contextMoment] = [packed(), packed(), packed()];
  const b = new Float64Array(d);
  for (let prompt = 0; prompt < count; prompt++) {
    const n = lengthOf(prompt);
    b.fill(0);
    for (let row = prompt * rows; row < prompt * rows + n; row++) {
      const y = responses[row];
      for (let j = 0, at = prompt * width; j < d; j++) {
        b[j] += y * covariates[row * d + j];
        for (let k = 0; k <= j; k++, at++) {
          const product = covariates[row * d + j] * covariates[row * d + k];
          covariance[at] += product / n;
          energy[at] += (y * y * product) / n;
        }
      }
    }
    if (n < 2) continue;
    for (let j = 0, at = prompt * width; j < d; j++) {
      for (let k = 0; k <= j; k++, at++) contextMoment[at] = (b[j] * b[k] - n * energy[at]) / (n * (n - 1));
    }
  }
  return { width, covariance, energy, contextMoment };
}

/** The symmetric matrix with this lower triangle. */
export function unpackTriangle(lower: Float64Array, d: number): Matrix {
  const values = new Float64Array(d * d);
  for (let j = 0, at = 0; j < d; j++) {
    for (let k = 0; k <= j; k++, at++) values[j * d + k] = values[k * d + j] = lower[at];
  }
  return matrix(d, d, values);
}
