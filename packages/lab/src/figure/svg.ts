import { axesOf, type AxisLayout } from "./axis.ts";
import type { Figure, FigureSeries } from "./figure.ts";
import { drawnSeries, fixed, line, mark, type Place } from "./marks.ts";
import { paper, type Paint } from "./paint.ts";
import { looksOf, type Look } from "./palette.ts";
import { placeLabels } from "./place-labels.ts";

/** How a figure is drawn. */
export interface Drawing {
  /**
   * `"wide"` names each curve at its end; `"narrow"` has the names below, for a phone; `"icon"` has no words at all, for
   * a list of figures. Default `"wide"`.
   */
  readonly shape?: "wide" | "narrow" | "icon";
  /** Whether title and subtitle are drawn: false where they stand beside the drawing. Default true. */
  readonly heading?: boolean;
  /** Default: on white. */
  readonly paint?: Paint;
}

/** Where the plot is, and how large its marks are. */
interface Plot {
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly size: number;
}

const plots: Readonly<Record<NonNullable<Drawing["shape"]>, Plot>> = {
  wide: { left: 84, width: 560, height: 340, size: 1 },
  narrow: { left: 62, width: 288, height: 250, size: 0.9 },
  icon: { left: 8, width: 224, height: 124, size: 0.6 },
};
/** From a curve's end to its name: a leader, then a sample of the curve. */
const LEADER = 26;
const SAMPLE = 26;
const LABEL_GAP = 17;
/** A leader that crosses more of the plot than this would look like a curve of its own. */
const LONGEST_LEADER = 0.12;

/** All that the parts of a drawing share. */
interface Canvas {
  readonly figure: Figure;
  readonly looks: readonly Look[];
  readonly paint: Paint;
  readonly place: Place;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly floor: number;
}

/**
 * Draws a figure as an SVG of its own: title and units, theory dashed or hollow, bands and whiskers, each curve named at
 * its end, colours and shapes that do not need good eyes, and a description for those who listen.
 *
 * @throws DomainError for a point that the axes cannot show, or a figure without points
 */
export function figureSvg(figure: Figure, drawing: Drawing = {}): string {
  const { shape = "wide", heading = shape !== "icon", paint = paper } = drawing;
  const { title, subtitle, series } = figure;
  const { left, width: across, height: up, size } = plots[shape];
  const axes = axesOf(figure);
  const top = shape === "icon" ? 8 : heading ? 72 : 14;
  const floor = top + up;
  const canvas: Canvas = {
    figure,
    looks: looksOf(series, paint.series),
    paint,
    place: {
      x: (value) => left + across * axes.x.position(value),
      y: (value) => floor - up * axes.y.position(value),
      size,
    },
    left,
    right: left + across,
    top,
    floor,
  };
  const width = Math.ceil(widthOf(canvas, shape, heading));
  const height = floor + { wide: 56, narrow: 62 + LABEL_GAP * series.length, icon: 8 }[shape];
  const words = shape === "icon" ? "" : ' font-family="system-ui, sans-serif" font-size="12"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"${words} fill="${paint.ink}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(describe(figure))}</desc>`,
    `<rect width="${width}" height="${height}" fill="${paint.ground}"/>`,
    ...(heading ? [text(left, 26, title, 'font-size="15" font-weight="600"')] : []),
    ...(heading && subtitle !== undefined ? [text(left, 46, subtitle, `fill="${paint.faint}"`)] : []),
    ...(shape === "icon" ? frame(canvas) : grid(axes, canvas)),
    ...series.map((one, at) => drawnSeries(one, canvas.looks[at], canvas.place)),
    ...{ wide: namesBeside, narrow: namesBelow, icon: () => [] }[shape](canvas),
    "</svg>",
    "",
  ].join("\n");
}

/** Letters are as wide as they may be: nothing is cut off where another font is used. */
function widthOf({ figure, left, right }: Canvas, shape: Drawing["shape"], heading: boolean): number {
  const { title, subtitle = "", series } = figure;
  const words = heading ? left + Math.max(8.2 * title.length, 6.2 * subtitle.length) + 16 : 0;
  const longest = Math.max(...series.map(({ name }) => name.length));
  if (shape === "icon") return right + 8;
  if (shape === "narrow") return Math.max(right + 10, SAMPLE + 32 + 6.2 * longest, words);
  return Math.max(right + LEADER + SAMPLE + 24 + 6.6 * longest, words);
}

function describe({ subtitle, x, y, series }: Figure): string {
  const curves = series.map(({ name, theory }) => (theory === true ? `${name} (theory)` : name)).join("; ");
  return `${subtitle === undefined ? "" : `${subtitle}. `}${y.label} against ${x.label}. Shown: ${curves}.`;
}

function frame({ paint, left, right, top, floor }: Canvas): string[] {
  return [line(left, top, left, floor, paint.axis), line(left, floor, right, floor, paint.axis)];
}

function grid(axes: { readonly x: AxisLayout; readonly y: AxisLayout }, canvas: Canvas): string[] {
  const { figure, paint, place, left, right, top, floor } = canvas;
  return [
    ...axes.y.ticks.flatMap(({ value, label }) => [
      line(left, place.y(value), right, place.y(value), paint.grid),
      text(left - 8, place.y(value) + 4, label, 'text-anchor="end"'),
    ]),
    ...axes.x.ticks.flatMap(({ value, label }) => [
      line(place.x(value), floor, place.x(value), floor + 5, paint.axis),
      text(place.x(value), floor + 20, label, 'text-anchor="middle"'),
    ]),
    line(left, floor, right, floor, paint.axis),
    text((left + right) / 2, floor + 42, figure.x.label, 'text-anchor="middle"'),
    `<g transform="translate(${fixed(0.24 * left)} ${fixed((top + floor) / 2)}) rotate(-90)">${text(0, 0, figure.y.label, 'text-anchor="middle"')}</g>`,
  ];
}

/** Each series' name beside its last point, with a sample of what it looks like. */
function namesBeside(canvas: Canvas): string[] {
  const { figure, paint, place, left, right, top, floor } = canvas;
  const ends = figure.series.map(({ points }) => points.reduce((last, point) => (point.x >= last.x ? point : last)));
  const heights = placeLabels(
    ends.map(({ y }) => place.y(y)),
    { gap: LABEL_GAP, low: top, high: floor },
  );
  return figure.series.map((one, at) => {
    const [x, y] = [right + LEADER, heights[at]];
    const [endX, endY] = [place.x(ends[at].x), place.y(ends[at].y)];
    const isNear = right - endX <= LONGEST_LEADER * (right - left);
    const leader = isNear ? line(endX + 6, endY, x - 4, y, paint.leader) : "";
    return `${leader}${named(one, canvas.looks[at], x, y)}`;
  });
}

/** The names in a column under the plot. */
function namesBelow({ figure, looks, floor }: Canvas): string[] {
  return figure.series.map((one, at) => named(one, looks[at], 14, floor + 66 + LABEL_GAP * at));
}

function named({ name, kind, theory }: FigureSeries, look: Look, x: number, y: number): string {
  const sample = {
    line: line(x, y, x + SAMPLE, y, look.color, 2, theory),
    points: mark(x + SAMPLE / 2, y, look, theory),
    band: `<rect x="${x}" y="${fixed(y - 5)}" width="${SAMPLE}" height="10" fill="${look.color}" fill-opacity="0.18"/>`,
  }[kind];
  return `${sample}${text(x + SAMPLE + 8, y + 4, name)}`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}"${attributes === "" ? "" : ` ${attributes}`}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
