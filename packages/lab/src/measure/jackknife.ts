/**
 * The standard error of a statistic of pooled blocks, by leaving out one block at a time.
 *
 * $$ \widehat{\mathrm{se}}^2 = \tfrac{K-1}{K} \sum_k (f_{(k)} - \bar f)^2 $$
 *
 * with f_(k) the statistic of all blocks but the k-th. Fewer than two blocks carry no information: 0.
 *
 * Source: Efron & Stein, Annals of Statistics 9(3), 1981.
 *
 * @example
 * jackknifeError([1, 2, 3], (kept) => kept.reduce((sum, x) => sum + x, 0) / kept.length); // ≈ 0.57735026919
 */
export function jackknifeError<B>(blocks: readonly B[], statistic: (kept: readonly B[]) => number): number {
  const count = blocks.length;
  if (count < 2) return 0;
  const leftOut = blocks.map((_, out) => statistic(blocks.filter((_, k) => k !== out)));
  const mean = leftOut.reduce((sum, value) => sum + value, 0) / count;
  const squares = leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(((count - 1) / count) * squares);
}
