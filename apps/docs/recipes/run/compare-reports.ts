import type { RecipeReport } from "@onestep/lab";

/** How two reports of the same recipe, seed and settings compare. */
export interface ReportComparison {
  /** How many numbers were compared: of claims and of the figure. */
  readonly count: number;
  /** How many of them are not the same double. */
  readonly different: number;
  /** The largest difference, as a part of the larger of the two numbers. */
  readonly largest: number;
}

/** Holds a run against the committed report, number by number and bit by bit. */
export function compareReports(run: RecipeReport, committed: RecipeReport): ReportComparison {
  const [mine, theirs] = [numbersOf(run), numbersOf(committed)];
  const count = Math.max(mine.length, theirs.length);
  let different = 0;
  let largest = 0;
  for (let at = 0; at < count; at++) {
    if (mine[at] === theirs[at]) continue;
    different += 1;
    const [one, other] = [mine[at] ?? NaN, theirs[at] ?? NaN];
    const gap = Math.abs(one - other) / Math.max(Math.abs(one), Math.abs(other));
    largest = Math.max(largest, Number.isNaN(gap) ? Infinity : gap);
  }
  return { count, different, largest };
}

function numbersOf({ claims, figure }: RecipeReport): (number | undefined)[] {
  return [
    ...claims.flatMap(({ predicted, observed, standardError, tolerance }) => [
      predicted,
      observed,
      standardError,
      tolerance,
    ]),
    ...figure.series.flatMap(({ points }) => points.flatMap(({ x, y, low, high }) => [x, y, low, high])),
  ].filter((value) => value !== undefined);
}
