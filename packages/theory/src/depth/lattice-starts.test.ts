import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { latticeStarts, optimalGdPlusPlus } from "./optimal-gd-plus-plus.ts";

/** The share of the way from `low` to `high`, in logarithms. */
const shareOf = (value: number, low: number, high: number): number => Math.log(value / low) / Math.log(high / low);

describe("the starts of the search for GD++", () => {
  const largest = 2.5;

  test.each([1, 2, 3, 4, 5])(
    "of %i layers are spread evenly over the logarithm of every step and product",
    (layers) => {
      const starts = latticeStarts({ nodes: Float64Array.of(0.1, 1, largest) }, layers);
      // In units of the largest stable rate: the first step around 1, later ones up to much larger, products around 1.
      const boxes = [
        ...Array.from({ length: layers }, (_, l) => [0.25, 2 * 4 ** l]),
        ...Array.from({ length: layers - 1 }, (_, l) => [0.15, 2 * 1.5 ** l]),
      ];
      const shares = boxes.map(([low, high], k) => starts.map((start) => shareOf(start[k] * largest, low, high)));
      shares.forEach((share, k) => {
        expect(starts.every((start) => start.length === 2 * layers - 1)).toBe(true);
        const sorted = [0, ...share, 1].sort((a, b) => a - b);
        const gaps = sorted.slice(1).map((value, i) => value - sorted[i]);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(-1e-12);
        // The more coordinates, the nearer some of their shifts are to a fraction.
        expect(Math.max(...gaps)).toBeLessThan(layers <= 3 ? 4 / starts.length : 0.2);
        // No two of them move together.
        for (const other of shares.slice(0, k)) {
          const together = share.filter((value, i) => value < 0.5 === other[i] < 0.5).length;
          expectClose(together / starts.length, 0.5, 0.15);
        }
      });
    },
  );

  test("are a lattice of 64 to 256 points, and six that continue the best of one layer less", () => {
    const law = { contextLength: 12, dimension: 4, noiseVariance: 0.2 };
    expect([1, 2, 3].map((layers) => optimalGdPlusPlus(law, layers).value.starts)).toEqual([64, 128 + 6, 256 + 6]);
  });
});
