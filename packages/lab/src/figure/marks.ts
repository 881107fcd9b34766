import type { FigurePoint, FigureSeries } from "./figure.ts";
import type { Look } from "./palette.ts";

/** Where a point of a figure stands on the drawing, and how large marks are there. */
export interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly size: number;
}

/** A series as SVG: its curve, its marks with their whiskers, or its band. */
export function drawnSeries({ kind, theory, points }: FigureSeries, look: Look, place: Place): string {
  const hasIntervals = points.some(({ low }) => low !== undefined);
  if (kind === "band") return area(points, look, place);
  if (kind === "line")
    return [hasIntervals ? area(points, look, place) : "", curve(points, look, theory, place)].join("");
  const whiskers = points.map(({ x, low, high }) =>
    low === undefined || high === undefined
      ? ""
      : line(place.x(x), place.y(low), place.x(x), place.y(high), look.color, 1.5),
  );
  return [...whiskers, ...points.map(({ x, y }) => mark(place.x(x), place.y(y), look, theory, place.size))].join("");
}

function curve(points: readonly FigurePoint[], { color }: Look, theory: boolean | undefined, place: Place): string {
  const path = points.map(({ x, y }) => `${fixed(place.x(x))},${fixed(place.y(y))}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.8"${dashes(theory)}/>`;
}

function area(points: readonly FigurePoint[], { color }: Look, place: Place): string {
  const upper = points.map(({ x, y, high = y }) => `${fixed(place.x(x))},${fixed(place.y(high))}`);
  const lower = points.map(({ x, y, low = y }) => `${fixed(place.x(x))},${fixed(place.y(low))}`);
  return `<polygon points="${[...upper, ...lower.toReversed()].join(" ")}" fill="${color}" fill-opacity="0.18"/>`;
}

/** A solid mark for what was observed; a wider hollow one for theory, so that a mark that agrees stands within it. */
export function mark(x: number, y: number, look: Look, theory: boolean | undefined, size = 1): string {
  const { color, shape } = look;
  const reach = theory === true ? 1.6 * size : size;
  const paint = theory === true ? `fill="none" stroke="${color}" stroke-width="1.5"` : `fill="${color}"`;
  const [cx, cy] = [fixed(x), fixed(y)];
  if (shape === "circle") return `<circle cx="${cx}" cy="${cy}" r="${fixed(4.5 * reach)}" ${paint}/>`;
  if (shape === "triangle") {
    const [left, right] = [fixed(x - 5 * reach), fixed(x + 5 * reach)];
    const [top, foot] = [fixed(y - 5.5 * reach), fixed(y + 4 * reach)];
    return `<polygon points="${cx},${top} ${right},${foot} ${left},${foot}" ${paint}/>`;
  }
  const turned = shape === "diamond" ? ` transform="rotate(45 ${cx} ${cy})"` : "";
  const side = fixed(8 * reach);
  return `<rect x="${fixed(x - 4 * reach)}" y="${fixed(y - 4 * reach)}" width="${side}" height="${side}" ${paint}${turned}/>`;
}

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  color: string,
  width = 1,
  theory?: boolean,
): string {
  const ends = `x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"`;
  return `<line ${ends} stroke="${color}" stroke-width="${width}"${dashes(theory)}/>`;
}

function dashes(theory: boolean | undefined): string {
  return theory === true ? ' stroke-dasharray="7 4"' : "";
}

/** Coordinates to a tenth of a unit: finer than anybody sees. */
export function fixed(value: number): string {
  return value.toFixed(1);
}
