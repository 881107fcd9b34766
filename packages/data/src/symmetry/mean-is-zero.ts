import { normalCdf } from "@onestep/core";

/** Writes the numbers of one prompt. */
export type WriteNumbers = (prompt: number, into: Float64Array) => void;

/**
 * The p-value of "each of these numbers has mean zero over prompts": the largest self-normalised sum, against the normal
 * law and Bonferroni's bound over the numbers.
 *
 * $$ p = \min\Bigl(1,\; 2m\,\Phi\bigl(-\max_k |V_k|\bigr)\Bigr), \qquad V_k = \frac{\sum_i h_{ik}}{\sqrt{\sum_i h_{ik}^2}} $$
 *
 * Of Student's ratio this is an increasing function, and far in the tails, where Bonferroni's bound looks, its normal
 * approximation asks for no more than third moments.
 *
 * @param width how many numbers a prompt has
 * @param resolution root mean square below which a number is rounding, and zero by identity
 *
 * Source: Shao, "A Cramér type large deviation result for Student's t-statistic", J. Theor. Probab. 12(2), 1999.
 *
 * @example
 * const shifted = (prompt, into) => (into[0] = 1 + (prompt % 2));
 * meanIsZero(shifted, { count: 100, width: 1 }) < 1e-12; // => true
 */
export function meanIsZero(
  write: WriteNumbers,
  { count, width, resolution = 0 }: { readonly count: number; readonly width: number; readonly resolution?: number },
): number {
  const [sums, squares, own] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  for (let prompt = 0; prompt < count; prompt++) {
    write(prompt, own);
    for (let k = 0; k < width; k++) {
      sums[k] += own[k];
      squares[k] += own[k] * own[k];
    }
  }
  let [largest, compared] = [0, 0];
  for (let k = 0; k < width; k++) {
    if (squares[k] <= count * resolution * resolution) continue;
    largest = Math.max(largest, Math.abs(sums[k]) / Math.sqrt(squares[k]));
    compared += 1;
  }
  return Math.min(1, 2 * Math.max(compared, 1) * normalCdf(-largest));
}
