import type { Axis, Figure, FigureSeries } from "./figure.ts";
import { looksOf } from "./palette.ts";

/** A figure as a specification of Vega-Lite 6, its numbers inside: for an editor, a notebook, a page. */
export function figureVegaLite(figure: Figure): object {
  const { title, subtitle, series } = figure;
  const looks = looksOf(series);
  const color = { domain: series.map(({ name }) => name), range: looks.map((look) => look.color) };
  const x = { field: "x", ...axisOf(figure.x) };
  const y = axisOf(figure.y);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: title, anchor: "start", ...(subtitle === undefined ? {} : { subtitle }) },
    width: 560,
    height: 340,
    layer: series.flatMap((one, at) => {
      const { name, points } = one;
      const data = { values: points };
      const paint = { color: { datum: name, type: "nominal", title: null, scale: color, legend: { labelLimit: 0 } } };
      const value = {
        name,
        data,
        mark: markOf(one, looks[at].shape),
        encoding: { x, y: { field: "y", ...y }, ...paint },
      };
      const interval = { x, y: { field: "low", ...y }, y2: { field: "high" }, ...paint };
      const area = { data, mark: { type: "area", opacity: 0.2 }, encoding: interval };
      if (one.kind === "band") return [{ name, ...area }];
      if (points.every(({ low }) => low === undefined)) return [value];
      return [one.kind === "line" ? area : { data, mark: "rule", encoding: interval }, value];
    }),
  };
}

function axisOf({ label, scale, names }: Axis): object {
  const axis = {
    values: names?.map((_, at) => at + 1),
    labelExpr: `${JSON.stringify(names)}[datum.value - 1]`,
  };
  return {
    type: "quantitative",
    title: label,
    scale: scale === "log" ? { type: "log" } : { zero: false },
    ...(names === undefined ? {} : { axis }),
  };
}

function markOf({ kind, theory }: FigureSeries, shape: string): object {
  if (kind === "line") return { type: "line", ...(theory === true ? { strokeDash: [6, 4] } : {}) };
  return { type: "point", size: 50, filled: theory !== true, shape: shape === "triangle" ? "triangle-up" : shape };
}
