import type { Figure } from "./figure.ts";

/** A figure as rows: one point each, the numbers as they were computed. */
export function figureRows({ series }: Figure): (readonly [string, string, ...(number | undefined)[]])[] {
  return series.flatMap(({ name, theory, points }) =>
    points.map(({ x, y, low, high }) => [name, theory === true ? "theory" : "observed", x, y, low, high] as const),
  );
}

/** The columns of `figureRows`. */
export const figureColumns = ["series", "witness", "x", "y", "low", "high"] as const;

/**
 * A figure's numbers as CSV (RFC 4180), every digit kept.
 *
 * @example
 * const axis = { label: "", scale: "linear" };
 * const series = [{ name: "loss", kind: "line", points: [{ x: 1, y: 0.5 }] }];
 * figureCsv({ title: "", x: axis, y: axis, series }); // => "series,witness,x,y,low,high\nloss,observed,1,0.5,,\n"
 */
export function figureCsv(figure: Figure): string {
  const lines = [figureColumns, ...figureRows(figure)].map((row) => row.map((cell) => quoted(cell ?? "")).join(","));
  return `${lines.join("\n")}\n`;
}

function quoted(cell: string | number): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
