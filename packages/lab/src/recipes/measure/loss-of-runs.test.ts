import { expectClose } from "@onestep/testkit";
import { expect, it } from "vitest";
import { lossOfRuns } from "./loss-of-runs.ts";

const estimate = (value: number, standardError = 0) => ({ value, standardError, count: 100 });

it("several runs are their geometric mean, from the least to the largest", () => {
  const { y, low, high } = lossOfRuns([estimate(1, 5), estimate(100), estimate(10)]);
  expectClose(y, 10, 1e-13);
  expect([low, high]).toEqual([1, 100]);
});

it("one run is its estimate, with an interval that is symmetric on a logarithmic scale", () => {
  const { y, low, high } = lossOfRuns([estimate(2, 0.1)]);
  expect(y).toBe(2);
  expectClose([low * high, Math.log(high / y)], [4, (1.96 * 0.1) / 2], 1e-14);
});
