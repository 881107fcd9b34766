import { describe, expect, it } from "vitest";

import { addressOf, FIRST_SEED, freshState, stateAt } from "./prompt-address.ts";

describe("the address of a prompt", () => {
  it("is its seed where nothing was moved", () => {
    expect(addressOf(freshState(7))).toBe("seed=7");
    expect(stateAt("?seed=7")).toEqual(freshState(7));
    expect(stateAt("")).toEqual(freshState(FIRST_SEED));
  });

  it("restores what was moved", () => {
    const fresh = freshState(2);
    const pairs = fresh.prompt.pairs.map((pair, i) => (i === 1 ? { x: -1.15, y: 3.05 } : pair));
    const moved = { ...fresh, stepSize: 0.2, prompt: { query: -0.7, pairs } };
    expect(addressOf(moved)).toMatch(/^seed=2&eta=0.2&query=-0.7&pairs=.*_-1.15,3.05_/);
    expect(stateAt(`?${addressOf(moved)}`)).toEqual(moved);
  });

  it("falls back to the seed's own prompt where an address is none", () => {
    for (const address of [
      "?seed=2&eta=7",
      "?seed=2&eta=",
      "?seed=2&query=NaN",
      "?seed=2&pairs=1,2",
      "?seed=2&pairs=1,2_1,2_1,2_1,2_1,2_1,x",
      "?seed=2&pairs=1,2_1,2_1,2_1,2_1,2_1,99",
      "?seed=2&pairs=1,2_1,2_1,2_1,2_1,2_1,2,3",
    ]) {
      expect(stateAt(address), address).toEqual(freshState(2));
    }
    expect(stateAt("?seed=-1")).toEqual(freshState(FIRST_SEED));
    expect(stateAt("?seed=2.4").seed).toBe(2);
  });
});
