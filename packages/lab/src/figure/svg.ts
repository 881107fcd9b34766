import { axesOf, type AxisLayout } from "./axis.ts";
import type { Figure, FigurePoint, FigureSeries } from "./figure.ts";
import { looksOf, type Look } from "./palette.ts";
import { placeLabels } from "./place-labels.ts";

const PLOT = { left: 84, top: 72, width: 560, height: 340 };
const BELOW = 56;
/** From a curve's end to its name: a leader, then a sample of the curve. */
const LEADER = 26;
const SAMPLE = 26;
const LABEL_GAP = 17;
const FLOOR = PLOT.top + PLOT.height;
const RIGHT = PLOT.left + PLOT.width;

/** Where a point of a figure stands on the drawing. */
interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/**
 * Draws a figure as an SVG of its own: title and units, theory dashed or hollow, bands and whiskers, each curve named at
 * its end, colours and shapes that do not need good eyes, and a description for those who listen.
 *
 * @throws DomainError for a point that the axes cannot show, or a figure without points
 */
export function figureSvg(figure: Figure): string {
  const { title, subtitle, series } = figure;
  const axes = axesOf(figure);
  const looks = looksOf(series);
  const place: Place = {
    x: (value) => PLOT.left + PLOT.width * axes.x.position(value),
    y: (value) => FLOOR - PLOT.height * axes.y.position(value),
  };
  const longest = Math.max(...series.map(({ name }) => name.length));
  const width = Math.ceil(Math.max(RIGHT + LEADER + SAMPLE + 24 + 6.6 * longest, PLOT.left + 8.2 * title.length + 16));
  const height = FLOOR + BELOW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(describe(figure))}</desc>`,
    "<style>text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.faint{fill:#666}</style>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(PLOT.left, 26, title, 'class="title"'),
    ...(subtitle === undefined ? [] : [text(PLOT.left, 46, subtitle, 'class="faint"')]),
    ...grid(axes, place),
    text(PLOT.left + PLOT.width / 2, FLOOR + 42, figure.x.label, 'text-anchor="middle"'),
    `<g transform="translate(20 ${fixed(PLOT.top + PLOT.height / 2)}) rotate(-90)">${text(0, 0, figure.y.label, 'text-anchor="middle"')}</g>`,
    ...series.map((one, at) => drawn(one, looks[at], place)),
    ...names(series, looks, place),
    "</svg>",
    "",
  ].join("\n");
}

function describe({ subtitle, x, y, series }: Figure): string {
  const curves = series.map(({ name, theory }) => (theory === true ? `${name} (theory)` : name)).join("; ");
  return `${subtitle === undefined ? "" : `${subtitle}. `}${y.label} against ${x.label}. Shown: ${curves}.`;
}

function grid(axes: { readonly x: AxisLayout; readonly y: AxisLayout }, place: Place): string[] {
  return [
    ...axes.y.ticks.flatMap(({ value, label }) => [
      line(PLOT.left, place.y(value), RIGHT, place.y(value), "#e4e4e4"),
      text(PLOT.left - 8, place.y(value) + 4, label, 'text-anchor="end"'),
    ]),
    ...axes.x.ticks.flatMap(({ value, label }) => [
      line(place.x(value), FLOOR, place.x(value), FLOOR + 5, "#888"),
      text(place.x(value), FLOOR + 20, label, 'text-anchor="middle"'),
    ]),
    line(PLOT.left, FLOOR, RIGHT, FLOOR, "#888"),
  ];
}

function drawn({ kind, theory, points }: FigureSeries, look: Look, place: Place): string {
  const hasIntervals = points.some(({ low }) => low !== undefined);
  if (kind === "band") return area(points, look, place);
  if (kind === "line")
    return [hasIntervals ? area(points, look, place) : "", curve(points, look, theory, place)].join("");
  const whiskers = points.map(({ x, low, high }) =>
    low === undefined || high === undefined
      ? ""
      : line(place.x(x), place.y(low), place.x(x), place.y(high), look.color, 1.5),
  );
  return [...whiskers, ...points.map(({ x, y }) => mark(place.x(x), place.y(y), look, theory))].join("");
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

/** Each series' name beside its last point, with a sample of what it looks like. */
function names(series: readonly FigureSeries[], looks: readonly Look[], place: Place): string[] {
  const ends = series.map(({ points }) => points.reduce((last, point) => (point.x >= last.x ? point : last)));
  const heights = placeLabels(
    ends.map(({ y }) => place.y(y)),
    { gap: LABEL_GAP, low: PLOT.top, high: FLOOR },
  );
  return series.map(({ name, kind, theory }, at) => {
    const [x, y] = [RIGHT + LEADER, heights[at]];
    const look = looks[at];
    const sample = {
      line: line(x, y, x + SAMPLE, y, look.color, 2, theory),
      points: mark(x + SAMPLE / 2, y, look, theory),
      band: `<rect x="${x}" y="${fixed(y - 5)}" width="${SAMPLE}" height="10" fill="${look.color}" fill-opacity="0.18"/>`,
    }[kind];
    const leader = line(place.x(ends[at].x) + 6, place.y(ends[at].y), x - 4, y, "#ccc");
    return `${leader}${sample}${text(x + SAMPLE + 8, y + 4, name)}`;
  });
}

function mark(x: number, y: number, { color, shape }: Look, theory: boolean | undefined): string {
  const paint = theory === true ? `fill="#fff" stroke="${color}" stroke-width="1.8"` : `fill="${color}"`;
  const [cx, cy] = [fixed(x), fixed(y)];
  if (shape === "circle") return `<circle cx="${cx}" cy="${cy}" r="4.5" ${paint}/>`;
  if (shape === "triangle") {
    return `<polygon points="${cx},${fixed(y - 5.5)} ${fixed(x + 5)},${fixed(y + 4)} ${fixed(x - 5)},${fixed(y + 4)}" ${paint}/>`;
  }
  const turned = shape === "diamond" ? ` transform="rotate(45 ${cx} ${cy})"` : "";
  return `<rect x="${fixed(x - 4)}" y="${fixed(y - 4)}" width="8" height="8" ${paint}${turned}/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, color: string, width = 1, theory?: boolean): string {
  const ends = `x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"`;
  return `<line ${ends} stroke="${color}" stroke-width="${width}"${dashes(theory)}/>`;
}

function dashes(theory: boolean | undefined): string {
  return theory === true ? ' stroke-dasharray="7 4"' : "";
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}"${attributes === "" ? "" : ` ${attributes}`}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function fixed(value: number): string {
  return value.toFixed(1);
}
