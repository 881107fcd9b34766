/** Means of vectors that arrive one by one. */
export interface BlockedMeans {
  readonly count: number;
  push(vector: ArrayLike<number>): void;
  mean(): Float64Array;
  /** Of the mean, entry by entry. Needs two vectors. */
  standardError(): Float64Array;
  /** The means with one block of vectors left out, for each block in turn. Needs two vectors. */
  leftOut(): Float64Array[];
}

/**
 * Means in one pass, from vectors that are also dealt in turn to blocks, so that functions of several means that were
 * pushed together have a jackknife error.
 *
 * @param blocks K, where there are as many vectors
 *
 * Source: Welford, Technometrics 4(3), 1962.
 */
export function blockedMeans(width: number, blocks: number): BlockedMeans {
  const [means, squares] = [new Float64Array(width), new Float64Array(width)];
  const sums = Array.from({ length: blocks }, () => new Float64Array(width));
  let count = 0;
  return {
    get count() {
      return count;
    },
    push(vector) {
      const block = sums[count % blocks];
      count += 1;
      for (let at = 0; at < width; at++) {
        const step = vector[at] - means[at];
        means[at] += step / count;
        squares[at] += step * (vector[at] - means[at]);
        block[at] += vector[at];
      }
    },
    mean: () => means.slice(),
    standardError: () => squares.map((sum) => Math.sqrt(sum / (count - 1) / count)),
    leftOut: () =>
      sums.slice(0, count).map((sum, block) => {
        const kept = count - Math.ceil((count - block) / blocks);
        return means.map((mean, at) => (mean * count - sum[at]) / kept);
      }),
  };
}
