import { describe, expect, it } from "vitest";

import { factsOf } from "./gamma-facts.ts";

describe("Γ beside η*I", () => {
  it("is at no distance where they are equal, and at distance 1 where Γ = 0", () => {
    expect(
      factsOf(
        [
          [0.1, 0],
          [0, 0.1],
        ],
        0.1,
      ),
    ).toEqual({ distance: 0, meanDiagonal: 0.1, offDiagonal: 0 });
    expect(
      factsOf(
        [
          [0, 0],
          [0, 0],
        ],
        0.1,
      ).distance,
    ).toBeCloseTo(1, 14);
  });

  it("counts what is beside the diagonal", () => {
    // ‖Γ − 2I‖² = 1 + 9 + 16 = 26, ‖2I‖² = 8.
    const facts = factsOf(
      [
        [3, 3],
        [4, 2],
      ],
      2,
    );
    expect(facts.distance).toBeCloseTo(Math.sqrt(26 / 8), 14);
    expect(facts.meanDiagonal).toBe(2.5);
    expect(facts.offDiagonal).toBeCloseTo(Math.sqrt(12.5), 14);
    expect(factsOf([[3]], 2)).toEqual({ distance: 0.5, meanDiagonal: 3, offDiagonal: 0 });
  });
});
