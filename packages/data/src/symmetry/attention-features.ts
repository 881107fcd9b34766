import type { PromptRows } from "./prompt-rows.ts";

/** What linear attention can make of each context, as a vector F = (b, c, S). */
export interface AttentionFeatures {
  /** d + 1 + d(d+1)/2 */
  readonly width: number;
  /** `[count, width]`: b = Xᵀy, then c = yᵀy, then the lower triangle of S = XᵀX row by row */
  readonly values: Float64Array;
}

/**
 * Every function of a prompt that linear attention with any number of heads can form is x_qᵀ V F for a matrix V, and
 * every such V is some layer's.
 */
export function attentionFeatures(prompts: PromptRows): AttentionFeatures {
  const { count, dimension: d, rows, contextRows, covariates, responses } = prompts;
  const width = d + 1 + (d * (d + 1)) / 2;
  const values = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let row = i * rows; row < i * rows + contextRows; row++) {
      let at = i * width;
      const y = responses[row];
      for (let j = 0; j < d; j++) values[at++] += y * covariates[row * d + j];
      values[at++] += y * y;
      for (let j = 0; j < d; j++) {
        for (let k = 0; k <= j; k++) values[at++] += covariates[row * d + j] * covariates[row * d + k];
      }
    }
  }
  return { width, values };
}
