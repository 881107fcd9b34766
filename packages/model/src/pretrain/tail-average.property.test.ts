import { anyVector, expectClose } from "@onestep/testkit";
import { array, assert, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { extendTail, startTail, TAIL_BLOCKS, tailMean, tailStart } from "./tail-average.ts";

describe("the tail of a run", () => {
  it("is eight equal blocks that end with the run and cover at most the part asked for, at least all but a remainder", () => {
    const anyPart = double({ min: 0, max: 1, noNaN: true });
    assert(
      property(integer({ min: 1, max: 10_000 }), anyPart, (steps, part) => {
        const tail = startTail(steps, part);
        const covered = steps - tailStart(steps, tail);
        expect(covered).toBe(TAIL_BLOCKS * tail.blockLength);
        expect(covered).toBeLessThanOrEqual(steps * part);
        expect(covered).toBeGreaterThan(steps * part - TAIL_BLOCKS);
      }),
    );
    expect(startTail(100, 0.6)).toEqual({ blockLength: 7, blocks: [] });
    expect(tailStart(100, startTail(100, 0.6))).toBe(44);
  });

  it("has the mean of all its positions, and the mean of each block", () => {
    const anyPositions = array(anyVector(2), { minLength: 1, maxLength: 20 });
    assert(
      property(anyPositions, integer({ min: 1, max: 4 }), (positions, blockLength) => {
        const tail = positions.reduce(extendTail, { blockLength, blocks: [] });
        // Entries are at most 4; a running mean of k numbers rounds three times for each.
        const tolerance = 4 * 4 * positions.length * Number.EPSILON;
        expectClose(tailMean(tail) ?? [], meanOf(positions), tolerance);
        expect(tail.blocks.length).toBe(Math.ceil(positions.length / blockLength));
        tail.blocks.forEach(({ mean, count }, k) => {
          const members = positions.slice(k * blockLength, (k + 1) * blockLength);
          expect(count).toBe(members.length);
          expectClose(mean, meanOf(members), tolerance);
        });
      }),
    );
  });

  it("has no mean before it begins", () => {
    expect(tailMean(startTail(100, 0.6))).toBeUndefined();
  });

  it("leaves the tail and the positions that it is given as they were", () => {
    const position = Float64Array.of(1, 2);
    const tail = extendTail({ blockLength: 2, blocks: [] }, position);
    const before = structuredClone(tail);
    extendTail(tail, Float64Array.of(5, 6));
    expect(tail).toEqual(before);
    expect([...position]).toEqual([1, 2]);
  });
});

function meanOf(positions: readonly Float64Array[]): number[] {
  return [0, 1].map((at) => positions.reduce((sum, position) => sum + position[at], 0) / positions.length);
}
