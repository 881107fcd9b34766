import { DomainError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { axesOf } from "./axis.ts";
import { figureCsv } from "./csv.ts";
import type { Axis, Figure, FigurePoint } from "./figure.ts";
import { mark } from "./marks.ts";
import { paper } from "./paint.ts";
import { palette } from "./palette.ts";
import { placeLabels } from "./place-labels.ts";
import { figureSvg } from "./svg.ts";
import { figureVegaLite } from "./vega-lite.ts";

const linear = (label: string): Axis => ({ label, scale: "linear" });
const log = (label: string): Axis => ({ label, scale: "log" });

const figure: Figure = {
  title: "Loss & depth",
  subtitle: "d = 5 < n",
  x: linear("layers L"),
  y: log("loss"),
  series: [
    {
      name: "theory, exact",
      kind: "line",
      theory: true,
      about: "descent",
      points: [1, 2, 4].map((x) => ({ x, y: 10 ** -x })),
    },
    { name: 'trained "well"', kind: "points", about: "descent", points: [{ x: 1, y: 0.1, low: 0.05, high: 0.2 }] },
    { name: "band", kind: "band", points: [1, 4].map((x) => ({ x, y: 0.5, low: 0.4, high: 0.6 })) },
  ],
};

function ticksOf(axis: Axis, values: readonly number[]): string[] {
  const points: FigurePoint[] = values.map((x) => ({ x, y: 1 }));
  const layout = axesOf({ title: "", x: axis, y: linear("y"), series: [{ name: "one", kind: "points", points }] });
  return layout.x.ticks.map(({ label }) => label);
}

describe("axes", () => {
  it("name round numbers, and whole ones where all values are whole", () => {
    expect(ticksOf(linear("x"), [0, 0.5, 1])).toEqual(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    expect(ticksOf(linear("x"), [1, 2, 4])).toEqual(["1", "2", "3", "4"]);
    expect(ticksOf(linear("x"), [-0.03, 0.03])).toEqual(["−0.03", "−0.02", "−0.01", "0.00", "0.01", "0.02", "0.03"]);
    expect(ticksOf(linear("x"), [3])).toEqual(["3"]);
    expect(ticksOf(linear("x"), [0, 4e6])).toEqual(["0", "10⁶", "2·10⁶", "3·10⁶", "4·10⁶"]);
  });

  it("name powers of ten, or numbers between them where there are few", () => {
    expect(ticksOf(log("x"), [1e-5, 1])).toEqual(["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"]);
    expect(ticksOf(log("x"), [0.05, 0.5])).toEqual(["0.05", "0.1", "0.2", "0.5"]);
    expect(ticksOf(log("x"), [4096, 16_384])).toEqual(["4000", "6000", "8000", "10000", "15000"]);
    expect(ticksOf(log("x"), [1e-20, 1]).length).toBeLessThan(8);
  });

  it("name a few marks on a log axis by their own numbers, where they span it", () => {
    expect(ticksOf(log("x"), [4096, 16_384, 8192])).toEqual(["4096", "8192", "16384"]);
    expect(ticksOf(log("x"), [1, 2, 1000])).toEqual(["1", "10", "100", "1000"]);
    expect(ticksOf(log("x"), [1, 1.1, 2])).toEqual(["1", "1.5", "2"]);
  });

  it("name things where values measure nothing", () => {
    expect(ticksOf({ ...linear("link"), names: ["sign", "tanh"] }, [1, 2])).toEqual(["sign", "tanh"]);
  });

  it("place values from 0 to 1, in order, inside", () => {
    for (const axis of [linear("x"), log("x")]) {
      const points = [1, 10, 100].map((x) => ({ x, y: 1 }));
      const { position } = axesOf({
        ...figure,
        x: axis,
        y: linear("y"),
        series: [{ name: "", kind: "line", points }],
      }).x;
      const [first, second, third] = points.map(({ x }) => position(x));
      expect(first).toBeGreaterThan(0);
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
      expect(third).toBeLessThan(1);
    }
  });

  it("refuse what cannot be drawn", () => {
    const drawn = (points: readonly FigurePoint[]): string =>
      figureSvg({ ...figure, series: [{ name: "bad", kind: "line", points }] });
    expect(() => drawn([{ x: 1, y: 0 }])).toThrow(/axis loss: expected positive finite numbers; got 0/);
    expect(() => drawn([{ x: NaN, y: 1 }])).toThrow(DomainError);
    expect(() => drawn([{ x: 1, y: 1, low: -1, high: 2 }])).toThrow(DomainError);
    expect(() => drawn([])).toThrow(/no point/);
  });
});

describe("labels", () => {
  it("stay where they want to be, apart, and inside", () => {
    const room = { gap: 10, low: 0, high: 100 };
    expect(placeLabels([20, 50], room)).toEqual([20, 50]);
    expect(placeLabels([50, 49, 48], room)).toEqual([68, 58, 48]);
    expect(placeLabels([99, 98, 97], room)).toEqual([100, 90, 80]);
  });
});

describe("a figure", () => {
  it("as SVG says what it is, draws theory dashed, and lets pairs share a colour", () => {
    const svg = figureSvg(figure);
    expect(svg).toContain("<title>Loss &amp; depth</title>");
    expect(svg).toContain("<desc>d = 5 &lt; n. loss against layers L. Shown: theory, exact (theory); trained");
    expect(svg.match(/<polyline[^>]*stroke-dasharray/g)).toHaveLength(1);
    expect(svg.match(/<polygon/g)).toHaveLength(1);
    expect(svg).toMatch(/<polyline[^>]*stroke="#0072b2"/);
    expect(svg).toMatch(/<circle[^>]*fill="#0072b2"/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("as SVG tells four series by the shapes of their marks too", () => {
    const series = ["one", "two", "three", "four"].map((name, at) => ({
      name,
      kind: "points" as const,
      points: [{ x: at, y: at }],
    }));
    const svg = figureSvg({ title: "shapes", x: linear("x"), y: linear("y"), series });
    const marksOf = (color: string): (string | undefined)[] =>
      [...svg.matchAll(/<(circle|rect|polygon|line|text|polyline|path) [^>]*>/g)]
        .filter(([all]) => all.includes(`fill="${color}"`))
        .map(([all, tag]) => (all.includes("rotate") ? `${tag}, turned` : tag));
    const shapes = [palette[0], palette[1], palette[2], palette[3]].map((color) => new Set(marksOf(color)));
    expect(shapes).toEqual([["circle"], ["rect"], ["rect, turned"], ["polygon"]].map((names) => new Set(names)));
  });

  it("draws a triangle on its foot about its point, and theory's wider and hollow", () => {
    const look = { color: "#123456", shape: "triangle" } as const;
    expect(mark(10, 20, look, false)).toBe('<polygon points="10.0,14.5 15.0,24.0 5.0,24.0" fill="#123456"/>');
    expect(mark(10, 20, look, true)).toBe(
      '<polygon points="10.0,11.2 18.0,26.4 2.0,26.4" fill="none" stroke="#123456" stroke-width="1.5"/>',
    );
  });

  it("as SVG on a phone has its names below, as an icon no words, and in a page the page's own colours", () => {
    const series = Array.from({ length: 7 }, (_, at) => `var(--figure-${at})`);
    const narrow = figureSvg(figure, { shape: "narrow", heading: false, paint: { ...paper, series, ground: "none" } });
    expect(narrow).toMatch(/viewBox="0 0 360 /);
    expect(narrow).not.toMatch(/#0072b2|font-weight/);
    expect(narrow).toMatch(/<polyline[^>]*stroke="var\(--figure-0\)"/);
    for (const { name } of figure.series) expect(narrow).toContain(`>${name.replaceAll("&", "&amp;")}</text>`);
    expect(figureSvg(figure, { shape: "icon" })).not.toContain("<text");
  });

  it("leads a name to the end of its curve only where that is near", () => {
    const short = { ...figure.series[1], points: [{ x: 1, y: 0.1 }] };
    const leaders = (series: Figure["series"]): number =>
      figureSvg({ ...figure, series }).match(new RegExp(`stroke="${paper.leader}"`, "g"))?.length ?? 0;
    expect(leaders([figure.series[0], figure.series[2]])).toBe(2);
    expect(leaders([figure.series[0], short])).toBe(1);
  });

  it("as CSV keeps every digit, and quotes what needs it", () => {
    const lines = figureCsv(figure).trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[1]).toBe('"theory, exact",theory,1,0.1,,');
    expect(lines[4]).toBe('"trained ""well""",observed,1,0.1,0.05,0.2');
  });

  it("as Vega-Lite has a layer for each series, and one for whiskers", () => {
    const spec = figureVegaLite(figure) as { layer: { name: string; mark: { type?: string } | string }[] };
    expect(spec.layer.map(({ mark }) => (typeof mark === "string" ? mark : mark.type))).toEqual([
      "line",
      "rule",
      "point",
      "area",
    ]);
    // Vega refuses two marks of one name.
    expect(spec.layer.map(({ name }) => name)).toEqual(["theory, exact", undefined, 'trained "well"', "band"]);
  });
});
