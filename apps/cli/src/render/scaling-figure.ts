import type { Scaling } from "../bench/scaling.ts";

// Four panels on log axes, cost of a prompt against one number of the size each, as an SVG of its own.

const PANEL = { width: 480, height: 280, left: 64, right: 132, top: 40, bottom: 48 };
const HEAD = 56;
const LINE = 14;
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];
const MARKS = ["circle", "square", "diamond"] as const;

const TITLES: Readonly<Record<Scaling["axis"], string>> = {
  context: "context length n, at d = 20",
  dimension: "dimension d, at n = 40",
  layers: "layers L, at d = 10, n = 40",
  batch: "prompts of a step, at d = 20, n = 40",
};

/** The figure of `onestep bench --scaling FILE`. */
export function scalingFigure(scalings: readonly Scaling[], machine: string): string {
  const axes = [...new Set(scalings.map(({ axis }) => axis))];
  const rows = Math.ceil(axes.length / 2);
  const [width, height] = [2 * PANEL.width, HEAD + rows * PANEL.height];
  const panels = axes.map((axis, index) => {
    const [x, y] = [(index % 2) * PANEL.width, HEAD + Math.floor(index / 2) * PANEL.height];
    return `<g transform="translate(${x} ${y})">${panel(
      axis,
      scalings.filter((one) => one.axis === axis),
    )}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Cost of a prompt in a training step">`,
    `<style>text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.faint{fill:#666}.grid{stroke:#ddd}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(16, 24, "Processor time of a prompt in a training step, nanoseconds", 'class="title"'),
    text(16, 44, `sample, forward, backward, Adam, one thread; p is the fitted exponent; ${machine}`, 'class="faint"'),
    ...panels,
    "</svg>",
    "",
  ].join("\n");
}

function panel(axis: Scaling["axis"], scalings: readonly Scaling[]): string {
  const points = scalings.flatMap((one) => one.points);
  const x = logAxis(
    points.map(({ at }) => at),
    PANEL.left,
    PANEL.width - PANEL.right,
  );
  const y = logAxis(
    points.map((point) => point.nanosecondsPerPrompt),
    PANEL.height - PANEL.bottom,
    PANEL.top,
  );
  const floor = PANEL.height - PANEL.bottom;
  const ticks = [...new Set(points.map(({ at }) => at))];
  return [
    text(PANEL.left, 20, TITLES[axis], 'font-weight="600"'),
    ...powersOfTen(points.map((point) => point.nanosecondsPerPrompt)).flatMap((value) => [
      line(PANEL.left, y(value), PANEL.width - PANEL.right, y(value)),
      text(PANEL.left - 8, y(value) + 4, value.toLocaleString("en"), 'text-anchor="end"'),
    ]),
    ...ticks.map((value) => text(x(value), floor + 18, shortly(value), 'text-anchor="middle"')),
    ...scalings.flatMap(({ points: own }, series) => {
      const path = own.map(({ at, nanosecondsPerPrompt }) => `${fixed(x(at))},${fixed(y(nanosecondsPerPrompt))}`);
      return [
        `<polyline points="${path.join(" ")}" fill="none" stroke="${colorOf(series)}" stroke-width="1.5"/>`,
        ...own.map((point) => mark(series, x(point.at), y(point.nanosecondsPerPrompt), colorOf(series))),
      ];
    }),
    ...labels(scalings, x, y),
  ].join("\n");
}

/** The name of each curve beside its end, apart from each other. */
function labels(scalings: readonly Scaling[], x: (at: number) => number, y: (value: number) => number): string[] {
  const ends = scalings
    .map(({ variant, points, exponent }, series) => {
      const { at, nanosecondsPerPrompt } = points[points.length - 1];
      return { words: `${variant}, p = ${tidy(exponent)}`, series, left: x(at) + 10, top: y(nanosecondsPerPrompt) + 4 };
    })
    .sort((one, other) => one.top - other.top);
  let free = -Infinity;
  return ends.map(({ words, series, left, top }) => {
    const at = Math.max(top, free);
    free = at + LINE;
    return text(left, at, words, `style="fill:${colorOf(series)}"`);
  });
}

function colorOf(series: number): string {
  return COLORS[series % COLORS.length];
}

/** Two digits, and no minus before a zero. */
function tidy(exponent: number): string {
  return exponent.toFixed(2).replace(/^-(0\.00)$/, "$1");
}

/** Pixels of a value; a little air on both sides. */
function logAxis(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(Math.min(...values) / 1.25), Math.log(Math.max(...values) * 1.6)];
  return (value) => from + ((Math.log(value) - low) / (high - low)) * (to - from);
}

function powersOfTen(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values) / 1.25, Math.max(...values) * 1.6];
  return Array.from({ length: 12 }, (_, power) => 10 ** power).filter((value) => value >= low && value <= high);
}

function mark(series: number, x: number, y: number, color: string): string {
  const [cx, cy] = [fixed(x), fixed(y)];
  const shape = MARKS[series % MARKS.length];
  if (shape === "circle") return `<circle cx="${cx}" cy="${cy}" r="4" fill="${color}"/>`;
  const turn = shape === "diamond" ? ` transform="rotate(45 ${cx} ${cy})"` : "";
  return `<rect x="${fixed(x - 3.5)}" y="${fixed(y - 3.5)}" width="7" height="7" fill="${color}"${turn}/>`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${content}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" class="grid"/>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}

/** 40, 4k, 4M */
function shortly(value: number): string {
  if (value % 1e6 === 0) return `${value / 1e6}M`;
  return value % 1e3 === 0 ? `${value / 1e3}k` : String(value);
}
