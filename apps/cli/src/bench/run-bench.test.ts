import { expect, test } from "vitest";
import { ratiosOf } from "./ratios.ts";
import { runBench, type BenchPlan } from "./run-bench.ts";
import { exponentOf, type Scaling } from "./scaling.ts";
import { sizes, sizesOf } from "./size.ts";
import { targets } from "./targets.ts";
import { scalingFigure } from "../render/scaling-figure.ts";
import type { Variant } from "./variant.ts";

const [size] = sizes;
const plan: BenchPlan = { sizes: [size], rounds: 3, seconds: 0, longestStep: 10 };

/** Answers with given rates, the first of which belongs to the warm-up. */
function scripted(name: string, rates: readonly number[], log: string[] = []): Variant {
  return {
    name,
    expectedRate: () => 1000,
    async open() {
      let round = 0;
      return {
        async measure() {
          log.push(name);
          return rates[round++];
        },
        close: () => log.push(`${name} closed`),
      };
    },
  };
}

test("contestants run in turn, the warm-up does not count, and a row is the median", async () => {
  const log: string[] = [];
  const { rows, skipped } = await runBench(
    [scripted("a", [999, 1, 3, 2], log), scripted("b", [0, 5, 5, 9], log)],
    plan,
  );
  expect(log).toEqual(["a", "b", "a", "b", "a", "b", "a", "b", "a closed", "b closed"]);
  expect(rows).toEqual([
    { ...size, variant: "a", promptsPerSecond: 2 },
    { ...size, variant: "b", promptsPerSecond: 5 },
  ]);
  expect(skipped).toEqual([]);
});

test("what would take too long is skipped and says so; what a variant does not do is left out", async () => {
  const slow: Variant = { ...scripted("slow", []), expectedRate: () => size.batch / 60 };
  const other: Variant = { ...scripted("other", []), open: () => Promise.resolve(undefined) };
  expect(await runBench([slow, other], plan)).toEqual({
    rows: [],
    skipped: [{ ...size, variant: "slow", reason: "a step takes about 60 s" }],
  });
});

test("a ratio is told where both sides were measured, with its target", () => {
  const row = (variant: string, promptsPerSecond: number) => ({ ...size, variant, promptsPerSecond });
  const ratios = ratiosOf([row("wasm-f32", 600), row("torch-naive", 4)]);
  const { layers, dimension, context } = size;
  expect(ratios).toEqual([{ of: "wasm-f32", to: "torch-naive", layers, dimension, context, value: 150, target: 120 }]);
});

test("every target is at a size that is measured", () => {
  for (const { at } of targets) {
    expect(
      sizes.some((one) => one.layers === at.layers && one.dimension === at.dimension && one.context === at.context),
    ).toBe(true);
  }
});

test("a size of one's own takes its other numbers from the first", () => {
  expect(sizesOf({ dimension: undefined })).toBe(sizes);
  expect(sizesOf({ dimension: 7 })).toEqual([{ ...size, dimension: 7 }]);
  for (const dimension of [0, -1, 1.5, Number.NaN]) {
    expect(() => sizesOf({ dimension })).toThrow("bench --dimension: expected a whole number from 1 on");
  }
});

test("the exponent is that of the power law through the points", () => {
  const points = [1, 10, 100].map((at) => ({ at, nanosecondsPerPrompt: 7 * at ** 1.5 }));
  expect(exponentOf(points)).toBeCloseTo(1.5, 12);
});

test("a figure names every curve once, and does not write one over another", () => {
  const curve = (variant: string, cost: number): Scaling => ({
    axis: "context",
    variant,
    points: [
      { at: 40, nanosecondsPerPrompt: cost },
      { at: 4000, nanosecondsPerPrompt: cost },
    ],
    exponent: -0.001,
  });
  const figure = scalingFigure([curve("a", 100), curve("b", 100.1)], "a machine");
  const tops = [...figure.matchAll(/y="([\d.]+)"[^>]*>[ab], p = 0\.00</g)].map(([, y]) => Number(y));
  expect(tops).toHaveLength(2);
  expect(Math.abs(tops[0] - tops[1])).toBeGreaterThanOrEqual(14);
  expect(figure).toContain("a machine");
});
