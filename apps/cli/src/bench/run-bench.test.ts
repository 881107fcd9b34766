import { BackendError, NumericalError } from "@onestep/core";
import { expect, test } from "vitest";
import { ratiosOf } from "./ratios.ts";
import { runBench, type BenchPlan } from "./run-bench.ts";
import { exponentOf, type Scaling } from "./scaling.ts";
import { sizes, sizesOf } from "./size.ts";
import { comparisons } from "./targets.ts";
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
        probe: () => Promise.reject(new Error("not asked for")),
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

test("a step that would take too long gets fewer prompts, and a prompt that would is left out", async () => {
  const opened: number[] = [];
  const slow = (name: string, rate: number): Variant => ({
    ...scripted(name, [0, 7, 7, 7]),
    expectedRate: () => rate,
    open: (asked) => {
      opened.push(asked.batch);
      return scripted(name, [0, 7, 7, 7]).open(asked);
    },
  });
  const { rows, skipped } = await runBench([slow("slow", 5), slow("slower", 1 / 60)], plan);
  expect(rows).toEqual([{ ...size, variant: "slow", promptsPerSecond: 7, measuredBatch: 50 }]);
  expect(opened).toEqual([50]);
  expect(skipped).toEqual([{ ...size, variant: "slower", cause: "time", reason: "a prompt takes about 60 s" }]);
});

test("what a variant is not written for is told", async () => {
  const refusing: Variant = { ...scripted("other", []), refuses: () => "it is written for one layer" };
  const { skipped } = await runBench([refusing], plan);
  expect(skipped).toEqual([{ ...size, variant: "other", cause: "scope", reason: "it is written for one layer" }]);
});

/** Fails in its second round. */
function failing(name: string, error: Error): Variant {
  let round = 0;
  return {
    ...scripted(name, []),
    open: async () => ({
      measure: () => (round++ < 2 ? Promise.resolve(1) : Promise.reject(error)),
      probe: () => Promise.reject(error),
      close: () => undefined,
    }),
  };
}

test("an error ends its variant only, and nothing measured is lost", async () => {
  const parts = { where: "bench torch-naive", expected: "an answer", arrived: "none", hint: "less" };
  const dead = new BackendError(parts);
  const { rows, skipped, error } = await runBench([failing("dead", dead), scripted("well", [0, 1, 1, 1])], plan);
  expect(rows.map(({ variant }) => variant)).toEqual(["well"]);
  expect(skipped).toMatchObject([{ variant: "dead", cause: "error", reason: dead.message }]);
  expect(error).toBe(dead);
});

test("a size that no memory holds is refused in words, and is an error where nothing else was measured", async () => {
  const large = failing("large", new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded"));
  const { skipped, error } = await runBench([large], plan);
  expect(skipped).toMatchObject([{ variant: "large", cause: "scope" }]);
  expect(error?.message).toMatch(/^bench large: expected a size whose step fits into memory; got WebAssembly/);
  const beside = failing("large", new RangeError("Invalid typed array length: 1e20"));
  expect((await runBench([beside, scripted("well", [0, 1, 1, 1])], plan)).error).toBeUndefined();
});

test("an overflow is an error in the words of the benchmark, which has no learning rate to lower", async () => {
  const parts = { where: "openDeep", expected: "a finite loss", arrived: "a loss of Infinity", hint: "lower the rate" };
  const { error } = await runBench([failing("deep", new NumericalError(parts))], plan);
  expect(error?.message).toMatch(
    /^bench deep: expected numbers that stay finite.*got a loss of Infinity. Try: fewer --lay/,
  );
});

test("a defect is none of these", async () => {
  await expect(runBench([failing("defect", new TypeError("x is undefined"))], plan)).rejects.toThrow("x is undefined");
});

const row = (variant: string, promptsPerSecond: number, at = size) => ({ ...at, variant, promptsPerSecond });

test("a ratio is told where both sides were measured, with its target", () => {
  expect(ratiosOf([row("wasm-f32", 600), row("torch-naive", 4)])).toEqual([
    { of: "wasm-f32", to: "torch-naive", ...size, value: 150, target: 120 },
  ]);
});

test("a second PyTorch, and a size of one's own, have ratios without a target", () => {
  const own = { ...size, batch: 10 };
  expect(
    ratiosOf([row("wasm-f32", 600), row("torch-naive@2.13.0", 4), row("wasm-f32", 8, own), row("torch-smart", 2, own)]),
  ).toEqual([
    { of: "wasm-f32", to: "torch-naive@2.13.0", ...size, value: 150 },
    { of: "wasm-f32", to: "torch-smart", ...own, value: 4 },
  ]);
});

test("a target is one of the five shapes'", () => {
  for (const { least } of comparisons) {
    for (const one of Object.values(least ?? {})) if (typeof one !== "number") expect(one).toHaveLength(5);
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
