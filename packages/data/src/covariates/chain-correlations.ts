/** Sums over the pairs of a stretch of a chain, and over those of its beginnings; r is the squared correlation of neighbours. */
interface Stretch {
  /** b, the rows of the stretch */
  readonly length: number;
  /** rᵇ */
  readonly power: number;
  /** G = Σ_{k<b} rᵏ */
  readonly ahead: number;
  /** T = Σ_{i<j≤b} r^{j−i} */
  readonly pairs: number;
  /** Σ_{j≤b} G of the first j rows */
  readonly aheads: number;
  /** Σ_{j≤b} T of the first j rows */
  readonly pairSums: number;
}

/**
 * Σ_{i≠j} r^{|i−j|} over the pairs of n rows, averaged over n uniform on `from`, …, `to`.
 *
 * Stretches are joined, and a stretch of any length takes as many joins as its length has binary digits. Every term is
 * positive: the closed form, a geometric sum twice over, cancels as r → 1.
 *
 * @param r ρ², of a row with the next
 */
export function meanSquaredCorrelations(
  r: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const last = stretchOf(to - from + 1, r);
  if (from === 1) return (2 * last.pairSums) / last.length;
  const first = stretchOf(from - 1, r);
  return 2 * (first.pairs + (last.pairSums + r * first.ahead * last.aheads) / last.length);
}

function stretchOf(length: number, r: number): Stretch {
  let doubled: Stretch = { length: 1, power: r, ahead: 1, pairs: 0, aheads: 1, pairSums: 0 };
  let all: Stretch | undefined;
  for (let left = length; ; doubled = join(doubled, doubled, r)) {
    if (left % 2 === 1) all = all === undefined ? doubled : join(all, doubled, r);
    left = Math.floor(left / 2);
    if (left === 0) return all!;
  }
}

/** A row i of the first and a row j of the second are i' + 1 + j' apart: Σ r^{i'+1+j'} = r G_first G_second. */
function join(first: Stretch, second: Stretch, r: number): Stretch {
  return {
    length: first.length + second.length,
    power: first.power * second.power,
    ahead: first.ahead + first.power * second.ahead,
    pairs: first.pairs + second.pairs + r * first.ahead * second.ahead,
    aheads: first.aheads + second.length * first.ahead + first.power * second.aheads,
    pairSums: first.pairSums + second.length * first.pairs + second.pairSums + r * first.ahead * second.aheads,
  };
}
