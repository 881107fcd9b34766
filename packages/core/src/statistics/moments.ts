import { DomainError } from "../errors.ts";

/** A number from draws, never without its standard error. */
export interface Estimate {
  readonly value: number;
  /** Standard deviation of `value` over repetitions, estimated from the same draws. */
  readonly standardError: number;
  /** Number of independent draws. */
  readonly count: number;
}

/** Streaming mean and variance of a sequence of draws. */
export interface MeanAccumulator {
  push(x: number): void;
  /** Takes in all draws of another accumulator, as if they had been pushed here. */
  merge(other: MeanAccumulator): void;
  readonly count: number;
  /** Needs one draw. */
  readonly mean: number;
  /** Σ (x − mean)² */
  readonly squaredDeviations: number;
  /** Unbiased: Σ (x − mean)² / (count − 1). Needs two draws. */
  readonly variance: number;
  /** The mean with its standard error √(variance/count). Needs two draws. */
  estimate(): Estimate;
}

/**
 * Mean and variance in one pass and constant memory, without the cancellation of E x² − (E x)².
 *
 * Source: Welford, Technometrics 4(3), 1962; merging: Chan, Golub & LeVeque, The American Statistician 37(3), 1983.
 *
 * @example
 * const accumulator = meanAccumulator();
 * for (const x of [1, 2, 3]) accumulator.push(x);
 * accumulator.mean; // => 2
 */
export function meanAccumulator(): MeanAccumulator {
  let count = 0;
  let mean = 0;
  let squaredDeviations = 0;
  const require = (needed: number, what: string): void => {
    if (count >= needed) return;
    throw new DomainError({
      where: `meanAccumulator.${what}`,
      expected: `at least ${needed} draws`,
      arrived: String(count),
      hint: "push more draws before asking",
    });
  };
  return {
    push(x) {
      if (!Number.isFinite(x)) {
        throw new DomainError({
          where: "meanAccumulator.push",
          expected: "a finite draw",
          arrived: `${x} as draw ${count}`,
          hint: "find out where the number overflowed before averaging it",
        });
      }
      count += 1;
      const step = x - mean;
      mean += step / count;
      squaredDeviations += step * (x - mean);
    },
    merge(other) {
      if (other.count === 0) return;
      const total = count + other.count;
      const step = other.mean - mean;
      squaredDeviations += other.squaredDeviations + step * step * ((count * other.count) / total);
      mean += step * (other.count / total);
      count = total;
    },
    get count() {
      return count;
    },
    get mean() {
      require(1, "mean");
      return mean;
    },
    get squaredDeviations() {
      return squaredDeviations;
    },
    get variance() {
      require(2, "variance");
      return squaredDeviations / (count - 1);
    },
    estimate() {
      require(2, "estimate");
      return { value: mean, standardError: Math.sqrt(squaredDeviations / (count - 1) / count), count };
    },
  };
}
