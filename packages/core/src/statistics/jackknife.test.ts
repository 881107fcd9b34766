import { describe, expect, it } from "vitest";
import { jackknifeError, leaveOneOut } from "./jackknife.ts";

const mean = (kept: readonly number[]): number => kept.reduce((sum, x) => sum + x, 0) / kept.length;

describe("jackknifeError", () => {
  it("of a mean is its standard error", () => {
    const blocks = [1, 4, 2, 9, 3];
    const variance = blocks.reduce((sum, x) => sum + (x - mean(blocks)) ** 2, 0) / (blocks.length - 1);
    const error = jackknifeError(leaveOneOut(blocks).map(mean));
    expect(error).toBeCloseTo(Math.sqrt(variance / blocks.length), 14);
  });

  it("of a curved statistic is worked by hand from the statistics of all blocks but one", () => {
    // Means without each of 1, 2, 3 are 2.5, 2, 1.5, squares 6.25, 4, 2.25, about 25/6.
    const squares = [6.25, 4, 2.25].map((x) => (x - 25 / 6) ** 2);
    const expected = Math.sqrt((2 / 3) * squares.reduce((sum, x) => sum + x, 0));
    const error = jackknifeError(leaveOneOut([1, 2, 3]).map((kept) => mean(kept) ** 2));
    expect(error).toBeCloseTo(expected, 14);
  });

  it("sees no error in equal blocks, and none in fewer than two", () => {
    expect(jackknifeError([5, 5, 5])).toBe(0);
    expect(jackknifeError([5])).toBe(0);
    expect(jackknifeError([])).toBe(0);
  });
});

describe("leaveOneOut", () => {
  it("treats blocks alike: each is left out once, and the others keep their order", () => {
    expect(leaveOneOut(["a", "b", "c"])).toEqual([
      ["b", "c"],
      ["a", "c"],
      ["a", "b"],
    ]);
    expect(leaveOneOut(["a"])).toEqual([]);
  });
});
