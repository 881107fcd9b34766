import { array, integer, sample } from "fast-check";
import { describe, expect, it } from "vitest";

import "./setup.ts";

describe("the setup file", () => {
  it("draws the same properties again in one run: the seed is the run's, not the clock's", () => {
    const draws = () => sample(array(integer()), { numRuns: 20 });
    expect(draws()).toEqual(draws());
  });
});
