import { figureRows, type Figure } from "@onestep/lab";

/** Rows of a figure's table. */
export interface FigureTable {
  readonly rows: ReturnType<typeof figureRows>;
  /** Whether points were left out. */
  readonly isThinned: boolean;
}

/** A figure's points as rows, at most so many of a series, evenly chosen, its ends among them. */
export function someRows(figure: Figure, most: number): FigureTable {
  const series = figure.series.map((one) => {
    const { points } = one;
    if (points.length <= most) return one;
    const chosen = Array.from({ length: most }, (_, k) => Math.round((k * (points.length - 1)) / (most - 1)));
    return { ...one, points: chosen.map((at) => points[at]) };
  });
  const isThinned = series.some((one, at) => one !== figure.series[at]);
  return { rows: figureRows({ ...figure, series }), isThinned };
}
