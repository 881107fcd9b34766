import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { planOf, raceOf, statesOf } from "../../tests/pretraining-plan.ts";
import { packParameters } from "../lsa/parameters.ts";

describe("the average over the tail of a run", () => {
  it("averages the positions of its tail, in eight blocks", async () => {
    const steps = 20;
    const [averaged, plain] = [
      await statesOf(planOf({ steps, averagedPart: 0.8 })),
      await statesOf(planOf({ steps, averagedPart: 0 })),
    ];
    const positions = plain.map(({ parameters }) => packParameters(parameters));
    const meanOf = (from: number, to: number): Float64Array =>
      positions[0].map(
        (_, at) => positions.slice(from, to).reduce((sum, position) => sum + position[at], 0) / (to - from),
      );
    // The map from the frame is linear, so that averages of positions and of parameters are the same: 16 positions, each
    // through two products of 3×3 matrices.
    const largest = Math.max(...positions.flatMap((position) => [...position].map(Math.abs)));
    const tolerance = 64 * 2 ** -53 * 9 * largest;
    // 20 steps · 0.8 = 8 blocks of 2, from step 4 on.
    averaged.forEach(({ parameters, blocks }, step) => {
      const expected = step < 4 ? positions[step] : meanOf(4, step + 1);
      expectClose(packParameters(parameters), expected, tolerance);
      const complete = step < 4 ? 0 : Math.floor((step - 3) / 2);
      expect(blocks.length).toBe(complete);
      blocks.forEach((block, k) => expectClose(packParameters(block), meanOf(4 + 2 * k, 6 + 2 * k), tolerance));
    });
    // Averaging has to make a difference, or this test shows nothing.
    const distance = positions[19].map((entry, at) => Math.abs(entry - meanOf(4, 20)[at]));
    expect(Math.max(...distance)).toBeGreaterThan(1e3 * tolerance);
    expect(plain[19].blocks).toEqual([]);
  });

  it("runs a single step, too short for a tail", async () => {
    const [state, ...more] = await statesOf(planOf({ steps: 1, screening: raceOf(2, 150) }));
    expect(more).toEqual([]);
    expect(state).toMatchObject({ step: 1, status: "finished", blocks: [] });
    expect(packParameters(state.parameters).every(Number.isFinite)).toBe(true);
  });
});
