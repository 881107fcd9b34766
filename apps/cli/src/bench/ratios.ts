import type { BenchRow } from "./run-bench.ts";
import { isSameSize, type BenchSize } from "./size.ts";
import { comparisons, targetOf } from "./targets.ts";

/** A ratio of the output contract, and the least that the project set out to reach. */
export interface Ratio extends BenchSize {
  readonly of: string;
  readonly to: string;
  readonly value: number;
  /** Where one was set: for these sizes, and the first PyTorch of a run. */
  readonly target?: number;
}

/** The ratios whose both sides were measured. */
export function ratiosOf(rows: readonly BenchRow[]): Ratio[] {
  return comparisons.flatMap(({ of, to }) =>
    rows
      .filter(({ variant }) => variant === of)
      .flatMap((ours) =>
        rows
          .filter((theirs) => theirs.variant.split("@")[0] === to && isSameSize(ours, theirs))
          .map((theirs) => {
            const { layers, dimension, context, batch } = ours;
            const target = targetOf(of, theirs.variant, ours);
            const value = ours.promptsPerSecond / theirs.promptsPerSecond;
            const least = target === undefined ? {} : { target };
            return { of, to: theirs.variant, layers, dimension, context, batch, value, ...least };
          }),
      ),
  );
}
