/** How numbers become places along an axis. */
export interface Axis {
  /** What is measured, with its unit: `"noise variance σ²"`. */
  readonly label: string;
  readonly scale: "linear" | "log";
  /** Names of the values 1, 2, 3, …, where they stand for things and measure nothing. */
  readonly names?: readonly string[];
}

/** A point of a series, with an interval about y where there is one. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** One curve, one set of marks, or one band. */
export interface FigureSeries {
  /** What the reader sees beside it. */
  readonly name: string;
  /** `"line"` connects its points, `"points"` marks them, with whiskers from low to high; `"band"` fills low to high. */
  readonly kind: "line" | "points" | "band";
  /** Computed in closed form: drawn dashed, or hollow. */
  readonly theory?: boolean;
  /** What it is about: series about the same share a colour, as a prediction and its observation do. Default its name. */
  readonly about?: string;
  readonly points: readonly FigurePoint[];
}

/** A figure as plain data: `figureSvg`, `figureCsv` and `figureVegaLite` draw, table and exchange it. */
export interface Figure {
  readonly title: string;
  /** One sentence under the title: setting and number of draws. */
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly FigureSeries[];
}
