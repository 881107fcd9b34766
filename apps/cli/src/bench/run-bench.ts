import { DomainError, NumericalError, OnestepError } from "@onestep/core";
import { nameOfSize, type BenchSize } from "./size.ts";
import type { Contestant, Variant } from "./variant.ts";

/** One line of the output contract. */
export interface BenchRow extends BenchSize {
  readonly variant: string;
  /** Median over the rounds, per second of processor time. */
  readonly promptsPerSecond: number;
  /** Prompts of a step, where it was made shorter than `batch` to end in time. */
  readonly measuredBatch?: number;
}

/** What was not measured, and why. */
export interface Skipped extends BenchSize {
  readonly variant: string;
  /** Not for this size, too slow for the plan, or an error: then the benchmark is not whole. */
  readonly cause: "scope" | "time" | "error";
  readonly reason: string;
}

/** How long the benchmark takes. */
export interface BenchPlan {
  readonly sizes: readonly BenchSize[];
  readonly rounds: number;
  /** Of a contestant in a round; a single step may take longer. */
  readonly seconds: number;
  /** A step that is expected to take longer gets fewer prompts, and a variant whose single prompt does is skipped. */
  readonly longestStep: number;
  readonly onProgress?: (what: string, part: number) => void;
}

/** What a benchmark found. */
export interface Measured {
  readonly rows: BenchRow[];
  readonly skipped: Skipped[];
  /** The first that kept a variant from what it should do, or that kept all of them from a size of one's own. */
  readonly error?: OnestepError;
}

interface Entry {
  readonly variant: string;
  readonly contestant: Contestant;
  readonly batch: number;
  readonly rates: number[];
  failed: boolean;
}

/**
 * Measures every variant at every size. At a size all of them run in turn, round after round, so that whatever else the
 * machine does falls on all alike: only ratios within one run are meant to be read. An error of one ends that one only.
 */
export async function runBench(variants: readonly Variant[], plan: BenchPlan): Promise<Measured> {
  const rows: BenchRow[] = [];
  const skipped: Skipped[] = [];
  let error: OnestepError | undefined;
  let refusal: OnestepError | undefined;
  for (const [at, size] of plan.sizes.entries()) {
    const entries: Entry[] = [];
    const skip = (variant: string, cause: Skipped["cause"], reason: string): void => {
      skipped.push({ ...size, variant, cause, reason });
    };
    const attempt = async <T>(variant: string, body: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await body();
      } catch (thrown) {
        const told = inWords(variant, thrown);
        const refused = told instanceof DomainError;
        if (refused) refusal ??= told;
        else error ??= told;
        skip(variant, refused ? "scope" : "error", told.message);
        return undefined;
      }
    };
    for (const { name: variant, open, expectedRate, refuses } of variants) {
      const reason = refuses?.(size);
      const batch = Math.min(size.batch, Math.floor(plan.longestStep * expectedRate(size)));
      if (reason !== undefined) skip(variant, "scope", reason);
      else if (batch < 1)
        skip(variant, "time", `a prompt takes about ${Number((1 / expectedRate(size)).toPrecision(2))} s`);
      else {
        const contestant = await attempt(variant, () => open({ ...size, batch }));
        if (contestant !== undefined) entries.push({ variant, contestant, batch, rates: [], failed: false });
      }
    }
    // The first round warms up, and does not count.
    for (let round = 0; round <= plan.rounds; round++) {
      for (const entry of entries) {
        if (entry.failed) continue;
        const { variant, contestant, rates } = entry;
        plan.onProgress?.(`${nameOfSize(size)} ${variant}`, (at + round / (plan.rounds + 1)) / plan.sizes.length);
        const rate = await attempt(variant, () => contestant.measure(plan.seconds));
        if (rate === undefined) entry.failed = true;
        else if (round > 0) rates.push(rate);
      }
    }
    for (const { variant, contestant, rates, batch, failed } of entries) {
      contestant.close();
      const shorter = batch < size.batch ? { measuredBatch: batch } : {};
      if (!failed) rows.push({ ...size, variant, promptsPerSecond: median(rates), ...shorter });
    }
  }
  if (rows.length === 0) error ??= refusal;
  return { rows, skipped, ...(error && { error }) };
}

/**
 * What an engine says of an array or a memory that is too large is a RangeError, and what a kernel says of an overflow
 * advises whoever chose the weights; any other error that is not ours is a defect.
 */
function inWords(variant: string, thrown: unknown): OnestepError {
  if (thrown instanceof NumericalError) {
    return new NumericalError({
      where: `bench ${variant}`,
      expected: "numbers that stay finite in training at this size",
      arrived: thrown.arrived,
      hint: "fewer --layers: the loss is a polynomial of degree 2·3^L in the tokens",
      cause: thrown,
    });
  }
  if (thrown instanceof OnestepError) return thrown;
  if (!(thrown instanceof RangeError)) throw thrown;
  return new DomainError({
    where: `bench ${variant}`,
    expected: "a size whose step fits into memory",
    arrived: thrown.message,
    hint: "a smaller --dimension, --context or --batch",
    cause: thrown,
  });
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
