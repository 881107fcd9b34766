import type { BenchRow } from "./run-bench.ts";
import { targets } from "./targets.ts";

/** A ratio of the output contract, and the least that the project set out to reach. */
export interface Ratio {
  readonly of: string;
  readonly to: string;
  readonly layers: number;
  readonly dimension: number;
  readonly context: number;
  readonly value: number;
  readonly target: number;
}

/** The ratios whose both sides were measured. */
export function ratiosOf(rows: readonly BenchRow[]): Ratio[] {
  return targets.flatMap(({ of, to, at, least }) => {
    const rateOf = (variant: string): number | undefined =>
      rows.find(
        (row) =>
          row.variant === variant &&
          row.layers === at.layers &&
          row.dimension === at.dimension &&
          row.context === at.context,
      )?.promptsPerSecond;
    const [ours, theirs] = [rateOf(of), rateOf(to)];
    return ours === undefined || theirs === undefined ? [] : [{ of, to, ...at, value: ours / theirs, target: least }];
  });
}
