import { nameOfSize, type BenchSize } from "./size.ts";
import type { Contestant, Variant } from "./variant.ts";

/** One line of the output contract. */
export interface BenchRow extends BenchSize {
  readonly variant: string;
  /** Median over the rounds, per second of processor time. */
  readonly promptsPerSecond: number;
}

/** What was not measured, and why. */
export interface Skipped extends BenchSize {
  readonly variant: string;
  readonly reason: string;
}

/** How long the benchmark takes. */
export interface BenchPlan {
  readonly sizes: readonly BenchSize[];
  readonly rounds: number;
  /** Of a contestant in a round; a single step may take longer. */
  readonly seconds: number;
  /** A variant whose step is expected to take longer is skipped. */
  readonly longestStep: number;
  readonly onProgress?: (what: string, part: number) => void;
}

/**
 * Measures every variant at every size. At a size all of them run in turn, round after round, so that whatever else the
 * machine does falls on all alike: only ratios within one run are meant to be read.
 */
export async function runBench(
  variants: readonly Variant[],
  plan: BenchPlan,
): Promise<{ rows: BenchRow[]; skipped: Skipped[] }> {
  const rows: BenchRow[] = [];
  const skipped: Skipped[] = [];
  for (const [at, size] of plan.sizes.entries()) {
    const contestants: { variant: string; contestant: Contestant; rates: number[] }[] = [];
    for (const { name: variant, open, expectedRate } of variants) {
      const longest = size.batch / expectedRate(size);
      if (longest > plan.longestStep) {
        skipped.push({ ...size, variant, reason: `a step takes about ${Math.round(longest)} s` });
        continue;
      }
      const contestant = await open(size);
      if (contestant !== undefined) contestants.push({ variant, contestant, rates: [] });
    }
    // The first round warms up, and does not count.
    for (let round = 0; round <= plan.rounds; round++) {
      for (const { variant, contestant, rates } of contestants) {
        plan.onProgress?.(`${nameOfSize(size)} ${variant}`, (at + round / (plan.rounds + 1)) / plan.sizes.length);
        const rate = await contestant.measure(plan.seconds);
        if (round > 0) rates.push(rate);
      }
    }
    for (const { variant, contestant, rates } of contestants) {
      contestant.close();
      rows.push({ ...size, variant, promptsPerSecond: median(rates) });
    }
  }
  return { rows, skipped };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
