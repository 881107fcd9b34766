import type { Figure } from "@onestep/lab";
import { expect, it } from "vitest";

import { someRows } from "./some-rows.ts";

const points = Array.from({ length: 101 }, (_, x) => ({ x, y: x * x }));
const figure: Figure = {
  title: "",
  x: { label: "x", scale: "linear" },
  y: { label: "y", scale: "linear" },
  series: [
    { name: "long", kind: "line", points },
    { name: "short", kind: "points", theory: true, points: points.slice(0, 2) },
  ],
};

it("of a long curve some points are shown, its ends among them, and all of a short one", () => {
  const { rows, isThinned } = someRows(figure, 5);
  expect(isThinned).toBe(true);
  expect(rows.map(([name, , x]) => [name, x])).toEqual([
    ...[0, 25, 50, 75, 100].map((x) => ["long", x]),
    ["short", 0],
    ["short", 1],
  ]);
  expect(someRows(figure, 101)).toMatchObject({ isThinned: false });
});
