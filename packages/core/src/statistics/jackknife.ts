/**
 * The standard error of a statistic of pooled blocks, from its values with one block left out at a time.
 *
 * $$ \widehat{\mathrm{se}}^2 = \tfrac{K-1}{K} \sum_k (f_{(k)} - \bar f)^2 $$
 *
 * Fewer than two blocks carry no information: 0.
 *
 * @param leftOut f_(k), the statistic of all blocks but the k-th, for every k
 *
 * Source: Efron & Stein, Annals of Statistics 9(3), 1981.
 *
 * @example
 * jackknifeError([1.5, 2, 2.5]); // ≈ 0.57735026919
 */
export function jackknifeError(leftOut: readonly number[]): number {
  const count = leftOut.length;
  if (count < 2) return 0;
  const mean = leftOut.reduce((sum, value) => sum + value, 0) / count;
  const squares = leftOut.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(((count - 1) / count) * squares);
}

/**
 * The blocks without the first, without the second, and so on; nothing for a single block, without which none is left.
 *
 * @example
 * leaveOneOut(["a", "b", "c"]); // => [["b", "c"], ["a", "c"], ["a", "b"]]
 */
export function leaveOneOut<B>(blocks: readonly B[]): B[][] {
  if (blocks.length < 2) return [];
  return blocks.map((_, out) => blocks.filter((_block, k) => k !== out));
}
