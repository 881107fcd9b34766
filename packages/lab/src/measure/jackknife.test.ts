import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { jackknifeError } from "./jackknife.ts";

const mean = (kept: readonly number[]): number => kept.reduce((sum, x) => sum + x, 0) / kept.length;

describe("jackknifeError", () => {
  it("of a mean is its standard error", () => {
    const blocks = [1, 4, 2, 9, 3];
    const variance = blocks.reduce((sum, x) => sum + (x - mean(blocks)) ** 2, 0) / (blocks.length - 1);
    expectClose(jackknifeError(blocks, mean), Math.sqrt(variance / blocks.length), 16 * Number.EPSILON);
  });

  it("of a curved statistic is worked by hand from the statistics of all blocks but one", () => {
    // Means without each of 1, 2, 3 are 2.5, 2, 1.5, squares 6.25, 4, 2.25, about 25/6.
    const squares = [6.25, 4, 2.25].map((x) => (x - 25 / 6) ** 2);
    const expected = Math.sqrt((2 / 3) * squares.reduce((sum, x) => sum + x, 0));
    expectClose(
      jackknifeError([1, 2, 3], (kept) => mean(kept) ** 2),
      expected,
      16 * Number.EPSILON,
    );
  });

  it("sees no error in equal blocks, and none in fewer than two", () => {
    expect(jackknifeError([5, 5, 5], mean)).toBe(0);
    expect(jackknifeError([5], mean)).toBe(0);
    expect(jackknifeError([], mean)).toBe(0);
  });

  it("treats blocks alike: their order does not matter, and none is left out twice", () => {
    const seen: string[] = [];
    jackknifeError(["a", "b", "c"], (kept) => seen.push(kept.join("")));
    expect(seen).toEqual(["bc", "ac", "ab"]);
  });
});
