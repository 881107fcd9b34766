import { childKey, openStream } from "@onestep/core";
import type { OrbitStatistics } from "./orbit-test.ts";

/** Numbers of each prompt that a symmetry turns into their negatives. */
export interface OddSummaries {
  readonly count: number;
  /** How many numbers a prompt has. */
  readonly width: number;
  /** `[count, width]` */
  readonly values: Float64Array;
}

/**
 * The statistics of a symmetry of order two, from numbers hᵢ of each prompt i that it turns into −hᵢ: with fair signs
 * sᵢ = ±1, and all of them +1 for the prompts as they are,
 *
 * $$ \frac{|\sum_i s_i h_i|}{\sqrt{\sum_i h_i^2}} $$
 */
export function signedSums({ count, width, values }: OddSummaries): OrbitStatistics {
  const squares = new Float64Array(width);
  for (let at = 0; at < values.length; at++) squares[at % width] += values[at] * values[at];
  return {
    weights: Array.from({ length: width }, () => 1),
    evaluate(orbit) {
      const sums = new Float64Array(width);
      for (let i = 0; i < count; i++) {
        const sign = orbit === undefined ? 1 : openStream(childKey(orbit, "prompt", i)).sign();
        for (let k = 0; k < width; k++) sums[k] += sign * values[i * width + k];
      }
      return sums.map((sum, k) => (squares[k] === 0 ? 0 : Math.abs(sum) / Math.sqrt(squares[k])));
    },
  };
}
